import { escapeXml } from '../text/escape-xml.js';

export { escapeXml };

type Value = string | number;

/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, Value | undefined>>;

/** Writes an SVG element. Its children are markup already; text goes through {@link escapeXml}. */
export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) =>
      value === undefined ? [] : [` ${key}="${escapeXml(String(rounded(value)))}"`],
    )
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** Estimates the width of text in a sans-serif font, in pixels; no font can be measured here. */
export function textWidth(text: string, fontSize: number): number {
  return [...text].length * fontSize * 0.57;
}

/** Numbers with at most two decimals, so that equal pictures are equal files. */
function rounded(value: Value): Value {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
