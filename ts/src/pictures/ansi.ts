/** A stretch of a terminal line in one style. */
export interface Span {
  readonly text: string;
  /** Column where it begins, from 0. */
  readonly column: number;
  readonly bold: boolean;
  readonly dim: boolean;
  /** One of the terminal's first eight colours; null: the colour of text. */
  readonly colour: Colour | null;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

export type Colour = (typeof COLOURS)[number];

type Style = Pick<Span, 'bold' | 'dim' | 'colour'>;

const PLAIN: Style = { bold: false, dim: false, colour: null };
const ESCAPE = '\u001b[';

/**
 * Splits a terminal line into spans of one style each. It knows the styles that the command line
 * uses: bold, dim and the first eight colours. Every character takes one column.
 */
export function spansOf(line: string): readonly Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  let column = 0;
  const [first = '', ...rest] = line.split(ESCAPE);
  const add = (text: string) => {
    if (text === '') return;
    spans.push({ text, column, ...style });
    column += [...text].length;
  };
  add(first);
  for (const part of rest) {
    const end = part.indexOf('m');
    for (const code of part.slice(0, end).split(';')) style = styled(style, Number(code));
    add(part.slice(end + 1));
  }
  return spans;
}

/** The style after a code of "select graphic rendition" (ECMA-48, 8.3.117). */
function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: null };
  const colour = COLOURS[code - 30];
  if (colour === undefined) throw new Error(`the style ${code} of a terminal is not known here`);
  return { ...style, colour };
}
