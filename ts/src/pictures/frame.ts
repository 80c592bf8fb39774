import { element, escapeXml } from './svg.js';
import { styleSheet, type Theme } from './theme.js';

/** Space around a picture, in pixels. */
export const MARGIN = 28;
/** Width of a README. */
export const USUAL_WIDTH = 880;
/** Height of the title and the line under it. */
export const HEAD = 76;

/** A drawn picture without its frame. */
export interface Sheet {
  readonly title: string;
  /** The line under the title. */
  readonly subtitle: string;
  /** Says in words what the picture shows. */
  readonly description: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Number of tasks that have a colour. */
  readonly tasks: number;
  readonly content: readonly string[];
}

/** How a picture is framed: its colours, and whether it is a part of a page. */
export interface FrameOptions {
  /** `auto` by default. */
  readonly theme?: Theme | undefined;
  /** Prefix of ids and class of the element, for a page that has the style; a file has its own. */
  readonly partOf?: string | undefined;
}

/** Writes a sheet as an SVG document, or as an element of a page. */
export function frame(sheet: Sheet, { theme = 'auto', partOf }: FrameOptions = {}): string {
  const { title, subtitle, description, width, height, tasks, content } = sheet;
  const prefix = partOf === undefined ? '' : `${partOf}-`;
  const edge = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 };
  const lines = [
    element('title', { id: `${prefix}title` }, escapeXml(title)),
    element('desc', { id: `${prefix}desc` }, escapeXml(description)),
    ...(partOf === undefined ? [element('style', {}, styleSheet(tasks, theme))] : []),
    element('rect', { class: 'ground', ...edge }),
    text(MARGIN, 40, 'title', title),
    text(MARGIN, 60, 'subtitle', subtitle),
    ...content,
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: partOf === undefined ? undefined : 'picture',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': `${prefix}title ${prefix}desc`,
  };
  return `${element('svg', attributes, '\n', `${lines.join('\n')}\n`)}\n`;
}

/** Writes a line of text in the style of a class. */
export function text(
  x: number,
  y: number,
  kind: string,
  content: string,
  anchor?: 'end' | 'middle',
): string {
  return element('text', { x, y, class: kind, 'text-anchor': anchor }, escapeXml(content));
}

/** Writes a line of text that rises to the right, or, at 90 degrees, upwards. */
export function turnedText(
  [x, y]: readonly [number, number],
  angle: 45 | 90,
  kind: string,
  content: string,
  anchor?: 'end',
): string {
  const transform = `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(-${angle})`;
  return element('text', { class: kind, transform, 'text-anchor': anchor }, escapeXml(content));
}

/** Cuts a name to `width` characters; its end stays, because that differs within a collection. */
export function shortName(name: string, width: number): string {
  const characters = [...name];
  return characters.length <= width ? name : `…${characters.slice(1 - width).join('')}`;
}

/** Writes boxes of one class as one path, which is shorter than an element for each. */
export function boxes(
  kind: string,
  all: readonly (readonly [x: number, y: number, width: number, height: number])[],
  ...children: readonly string[]
): string {
  const d = all.map(([x, y, width, height]) => {
    const [w, h] = [short(width), short(height)];
    return `M${short(x)} ${short(y)}h${w}v${h}h-${w}z`;
  });
  return all.length === 0 ? '' : element('path', { class: kind, d: d.join('') }, ...children);
}

/** A coordinate with one decimal at most. */
export const short = (value: number) => String(Math.round(value * 10) / 10);
