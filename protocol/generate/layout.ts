/** Python code that breaks across lines at the commas of its brackets, as `ruff format` does. */
export type Code = string | Bracketed;

interface Bracketed {
  /** Text up to and including the opening bracket. */
  readonly head: string;
  readonly items: readonly Code[];
  /** The closing bracket and the text after it. */
  readonly tail: string;
}

export const WIDTH = 100;
const STEP = '    ';

/** Writes code on one line. */
export function inline(code: Code): string {
  if (typeof code === 'string') return code;
  return `${code.head}${code.items.map(inline).join(', ')}${code.tail}`;
}

/** Writes a line of code at an indent; a line that is too long is broken at its brackets. */
export function layOut(code: Code, indent = '', end = ''): string {
  const line = `${indent}${inline(code)}${end}`;
  if (typeof code === 'string' || line.length <= WIDTH) return line;
  const { head, items, tail } = code;
  const inner = indent + STEP;
  const body = inner + items.map(inline).join(', ');
  const lines = body.length <= WIDTH ? [body] : items.map((item) => layOut(item, inner, ','));
  return [indent + head, ...lines, `${indent}${tail}${end}`].join('\n');
}

/** Puts text before code. */
export function prefixed(text: string, code: Code): Code {
  return typeof code === 'string' ? text + code : { ...code, head: text + code.head };
}

/** Puts text after code. */
export function suffixed(code: Code, text: string): Code {
  return typeof code === 'string' ? code + text : { ...code, tail: code.tail + text };
}

/** Writes a union; in brackets, or with one variant a line, if it is too long. */
export function layOutUnion(start: string, variants: readonly string[]): string {
  const line = `${start}${variants.join(' | ')}`;
  if (line.length <= WIDTH) return line;
  const body = STEP + variants.join(' | ');
  const lines =
    body.length <= WIDTH ? [body] : variants.map((each, at) => `${STEP}${at ? '| ' : ''}${each}`);
  return [`${start}(`, ...lines, ')'].join('\n');
}

/** Breaks prose into lines at most `WIDTH` long; lines after the first have an indent of their own. */
export function wrap(text: string, first: string, others: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = others + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line];
}
