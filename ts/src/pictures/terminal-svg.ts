import { type Span, spansOf } from './ansi.js';
import { element, escapeXml } from './svg.js';

/** The content of a terminal, and for how long it stays. */
export interface TerminalFrame {
  /** Lines with ANSI styles. */
  readonly lines: readonly string[];
  readonly seconds: number;
}

/** A recording of a terminal. */
export interface Recording {
  /** The text in the window's title bar. */
  readonly title: string;
  /** The content of the recording, in words. */
  readonly description: string;
  readonly columns: number;
  readonly frames: readonly TerminalFrame[];
}

const FONT_SIZE = 13;
const [CELL, LINE] = [7.83, 20];
const [MARGIN, BAR] = [24, 40];
const ASCENT = 14.5;
/** Characters that are drawn as shapes, because not every font has them in the width of a cell. */
const SHAPES = '━─▁▂▃▄▅▆▇█';

const TEXT = {
  light: { ground: '#ffffff', edge: '#d0d7de', text: '#1f2328', dim: '#656d76', chrome: '#d0d7de' },
  dark: { ground: '#0d1117', edge: '#30363d', text: '#e6edf3', dim: '#8b949e', chrome: '#30363d' },
} as const;
const COLOURS = {
  light: { red: '#cf222e', green: '#1a7f37', yellow: '#8a6100', cyan: '#0b7285' },
  dark: { red: '#ff7b72', green: '#3fb950', yellow: '#d8b02a', cyan: '#39c5cf' },
} as const;

/**
 * Draws a recording as an SVG picture that plays in a loop. Frames stand below each other on a
 * strip that moves behind a window. Readers who prefer reduced motion see the last frame alone.
 */
export function terminalSvg({ title, description, columns, frames }: Recording): string {
  const rows = Math.max(1, ...frames.map(({ lines }) => lines.length));
  const height = rows * LINE;
  const width = Math.ceil(columns * CELL);
  const [outerWidth, outerHeight] = [width + 2 * MARGIN, height + BAR + 2 * 18];
  const { definitions, strip } = stripOf(frames, height);
  const window = { x: MARGIN, y: BAR + 16, width, height, viewBox: `0 0 ${width} ${height}` };
  const content = [
    element('title', { id: 'title' }, escapeXml(title)),
    element('desc', { id: 'desc' }, escapeXml(description)),
    element('style', {}, styleSheet(frames, height)),
    element('defs', {}, ...definitions),
    ...frameOf(title, outerWidth, outerHeight),
    element('svg', { ...window, overflow: 'hidden' }, element('g', { class: 'strip' }, ...strip)),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${outerWidth} ${outerHeight}`,
    width: outerWidth,
    height: outerHeight,
    role: 'img',
    'aria-labelledby': 'title desc',
  };
  return `${element('svg', attributes, '\n', `${content.join('\n')}\n`)}\n`;
}

/** The window around the text: its ground, its buttons and its title. */
function frameOf(title: string, width: number, height: number): readonly string[] {
  const edge = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 };
  const buttons = [0, 1, 2].map((nth) =>
    element('circle', { class: 'chrome', cx: MARGIN + 4 + nth * 18, cy: BAR / 2 + 2, r: 5.5 }),
  );
  const middle = { class: 'd', x: width / 2, y: BAR / 2 + 6, 'text-anchor': 'middle' };
  return [
    element('rect', { class: 'ground', ...edge }),
    ...buttons,
    element('text', middle, escapeXml(title)),
    element('line', { class: 'edge', x1: 1, x2: width - 1, y1: BAR, y2: BAR }),
  ];
}

/** Frames below each other; a line that stands in several frames is defined once. */
function stripOf(frames: readonly TerminalFrame[], height: number) {
  const ids = new Map<string, string>();
  const definitions: string[] = [];
  const strip = frames.flatMap(({ lines }, at) =>
    lines.flatMap((line, row) => {
      if (line === '') return [];
      let id = ids.get(line);
      if (id === undefined) {
        id = `l${ids.size}`;
        ids.set(line, id);
        definitions.push(`\n${element('g', { id }, ...spansOf(line).flatMap(spanMarkup))}`);
      }
      return [element('use', { href: `#${id}`, y: at * height + row * LINE })];
    }),
  );
  return { definitions, strip };
}

/** Words of a span, each at its own column, and its shapes. */
function spanMarkup(span: Span): readonly string[] {
  const kinds = [span.bold ? 'b' : '', span.dim ? 'd' : '', span.colour ?? ''];
  const kind = kinds.filter((each) => each !== '').join(' ') || undefined;
  const parts = span.text.matchAll(new RegExp(`([${SHAPES}])\\1*|(?: ?[^ ${SHAPES}]+)+`, 'gu'));
  return [...parts].map((part) => {
    const before = [...span.text.slice(0, part.index)].length;
    const [text, shape] = part;
    const x = (span.column + before) * CELL;
    const width = [...text].length * CELL;
    if (shape !== undefined) {
      const d = shapePath(shape, x, width);
      return element('path', { class: shape === '─' ? 'chrome' : kind, d });
    }
    const lead = text.startsWith(' ') ? CELL : 0;
    const length = { textLength: width - lead, lengthAdjust: 'spacingAndGlyphs' };
    const place = { class: kind, x: x + lead, y: ASCENT, ...(width > 12 * CELL ? length : {}) };
    return element('text', place, escapeXml(text.trimStart()));
  });
}

function shapePath(shape: string, x: number, width: number): string {
  const level = '▁▂▃▄▅▆▇█'.indexOf(shape) + 1;
  const [top, high] =
    level > 0
      ? [ASCENT - level * 1.6, level * 1.6]
      : shape === '━'
        ? [LINE / 2 - 1.5, 3]
        : [LINE / 2 - 0.5, 1];
  // Columns of a sparkline are apart; a line is in one piece.
  const step = level > 0 ? CELL : width;
  const bars = Array.from({ length: Math.round(width / step) }, (_, nth) => {
    const [left, wide] = [x + nth * step, level > 0 ? step - 1.5 : step];
    return `M${left.toFixed(1)} ${top.toFixed(1)}h${wide.toFixed(1)}v${high.toFixed(1)}h-${wide.toFixed(1)}z`;
  });
  return bars.join('');
}

function styleSheet(frames: readonly TerminalFrame[], height: number): string {
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let time = 0;
  const steps = frames.map(({ seconds }, at) => {
    const from = ((100 * time) / total).toFixed(3);
    time += seconds;
    return `${from}%{transform:translateY(${-at * height}px)}`;
  });
  const last = (frames.length - 1) * height;
  const theme = (name: keyof typeof TEXT) => {
    const { ground, edge, text, dim, chrome } = TEXT[name];
    const colours = Object.entries(COLOURS[name]).map(([kind, value]) => `.${kind}{fill:${value}}`);
    return [
      `text,path{fill:${text}}.d{fill:${dim}}.chrome{fill:${chrome}}${colours.join('')}`,
      `.ground{fill:${ground};stroke:${edge}}.edge{stroke:${edge}}`,
    ].join('');
  };
  return [
    `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}`,
    '.b{font-weight:700}',
    theme('light'),
    `@media (prefers-color-scheme:dark){${theme('dark')}}`,
    // The last frame is what stands without an animation, wherever that may be.
    `.strip{transform:translateY(${-last}px)}`,
    `@media (prefers-reduced-motion:no-preference){.strip{animation:play ${total.toFixed(2)}s step-end infinite}}`,
    `@keyframes play{${steps.join('')}}`,
  ].join('\n');
}
