import { beforeAll, describe, expect, it } from 'vitest';
import {
  drawPicture,
  PICTURE_KINDS,
  type PictureKind,
  type PictureSource,
} from '../../ts/src/pictures/draw.js';
import { textWidth } from '../../ts/src/pictures/svg.js';
import {
  largeExperimentOf,
  pictureSourceOf,
  simulatedRecord,
} from '../support/pictured-systems.js';
import { readXml, type XmlElement } from '../support/xml.js';

/** Sizes of the text classes, in pixels; 12 is the usual one. */
const SIZES = {
  title: 17,
  name: 14,
  head: 11,
  small: 11,
  tiny: 9.5,
  number: 11,
  little: 8,
  key: 10.5,
};

interface Box {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Returns where a line of text stands, turned or not; narrower than estimated, to be sure. */
function boxOf({ attributes, text }: XmlElement): Box {
  const kinds = (attributes.get('class') ?? '').split(' ');
  const size = Object.entries(SIZES).find(([kind]) => kinds.includes(kind))?.[1] ?? 12;
  const width = 0.8 * textWidth(text, size);
  const height = 0.7 * size;
  const isMiddle = kinds.some((kind) => ['number', 'little', 'key'].includes(kind));
  const anchor = isMiddle ? 'middle' : attributes.get('text-anchor');
  const shift = { end: width, middle: width / 2 }[anchor ?? ''] ?? 0;
  const turned = /translate\(([\d.-]+) ([\d.-]+)\) rotate\(-90\)/.exec(
    attributes.get('transform') ?? '',
  );
  if (turned) {
    const [x, y] = [Number(turned[1]), Number(turned[2])];
    return { text, x: x - height, y: y - width + shift, width: height, height: width };
  }
  const [x, y] = [Number(attributes.get('x')), Number(attributes.get('y'))];
  return { text, x: x - shift, y: y - height, width, height };
}

function overlapsOf(boxes: readonly Box[]): readonly (readonly [string, string])[] {
  return boxes.flatMap((a, nth) =>
    boxes.slice(nth + 1).flatMap((b): [string, string][] => {
      const apart =
        a.x + a.width <= b.x ||
        b.x + b.width <= a.x ||
        a.y + a.height <= b.y ||
        b.y + b.height <= a.y;
      return apart ? [] : [[a.text, b.text]];
    }),
  );
}

/** Kinds in which dots may cover each other, with their numbers. */
const COVERING: readonly PictureKind[] = ['size'];

describe.each([
  { tasks: 1, layers: 3, children: 2 },
  { tasks: 10, layers: 6, children: 4 },
  { tasks: 129, layers: 12, children: 2 },
])('pictures of $tasks tasks', (size) => {
  let source: PictureSource;
  beforeAll(async () => {
    source = pictureSourceOf(await simulatedRecord(largeExperimentOf(size)), 'a-run');
  }, 120_000);

  it.each(PICTURE_KINDS)('have readable text that covers no other: %s', (kind) => {
    const elements = readXml(drawPicture(kind, source).svg());
    const { attributes } = elements.at(-1) ?? { attributes: new Map<string, string>() };
    const isDiagonal = ({ attributes: own }: XmlElement) => own.get('transform')?.includes('(-45)');
    const texts = elements.filter((each) => each.name === 'text' && !isDiagonal(each));
    const boxes = texts
      .filter(
        (each) => !COVERING.includes(kind) || !each.attributes.get('class')?.startsWith('number'),
      )
      .map(boxOf);
    expect(boxes.length).toBeGreaterThan(2);
    expect(overlapsOf(boxes).slice(0, 5)).toEqual([]);
    const [width, height] = [Number(attributes.get('width')), Number(attributes.get('height'))];
    const outside = boxes.filter(
      (box) => box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height,
    );
    expect(outside).toEqual([]);
  });

  it.each(PICTURE_KINDS)('have a table as wide as its head, and words: %s', (kind) => {
    const { table, description, data } = drawPicture(kind, source);
    expect(table.rows.length).toBeGreaterThan(0);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(description).toMatch(/^[A-Z].*\.$/s);
    expect(JSON.parse(JSON.stringify(data))).toMatchObject({ run: 'a-run' });
  });

  it.each(PICTURE_KINDS)('are the same each time: %s', (kind) => {
    expect(drawPicture(kind, source).svg()).toBe(drawPicture(kind, source).svg());
  });
});
