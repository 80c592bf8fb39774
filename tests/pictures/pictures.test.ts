import { beforeAll, describe, expect, it } from 'vitest';
import { runPage } from '../../ts/src/documents/run-page/run-page.js';
import {
  drawPicture,
  PICTURE_KINDS,
  type PictureKind,
  type PictureSource,
} from '../../ts/src/pictures/draw.js';
import { textWidth } from '../../ts/src/pictures/svg.js';
import type { Ledger } from '../../ts/src/state/record/ledger.js';
import { currentExperiment } from '../../ts/src/state/record/recall.js';
import { environmentOf } from '../../ts/src/views/environment.js';
import { leaderboard } from '../../ts/src/views/leaderboard.js';
import { report } from '../../ts/src/views/report.js';
import { status } from '../../ts/src/views/status.js';
import { poolOf } from '../support/experiments.js';
import {
  largeExperimentOf,
  pictureSourceOf,
  simulatedRecord,
} from '../support/pictured-systems.js';
import { createRecord } from '../support/runs.js';
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

/** The same source with so many children for each task, whose qualities differ. */
function withChildren({ system, children }: PictureSource, perTask: number): PictureSource {
  const tasks = new Map(children.map((child) => [child.task, child]));
  const many = [...tasks.values()].flatMap((child) =>
    Array.from({ length: perTask }, (_, nth) => ({
      ...child,
      generation: Math.floor(nth / 16),
      qualities: [((nth * 7919) % 997) / 997],
      retained: nth % 3 === 0,
    })),
  );
  return { system, children: many };
}

/** Writes the page of a record with pictures of a source. */
function pageOf(ledger: Ledger, source: PictureSource): string {
  return runPage({
    status: { ...status(ledger, 'a-run'), finished: true },
    board: leaderboard(ledger, 'a-run'),
    report: report(ledger, 'a-run'),
    children: source.children,
    pictures: PICTURE_KINDS.map((kind) => drawPicture(kind, source)),
    // The tiny models of tests have no named architecture, which a configuration needs.
    configuration: JSON.stringify(currentExperiment(ledger).experiment, null, 2),
    sessions: environmentOf(ledger),
    version: '1.2.3',
  });
}

describe.each([
  { tasks: 1, layers: 3, children: 2 },
  { tasks: 10, layers: 6, children: 4 },
  { tasks: 129, layers: 24, children: 2 },
])('pictures of $tasks tasks', (size) => {
  let ledger: Ledger;
  let source: PictureSource;
  beforeAll(async () => {
    ledger = await simulatedRecord(largeExperimentOf(size));
    source = pictureSourceOf(ledger, 'a-run');
  }, 120_000);

  it.each(PICTURE_KINDS)('have readable text that covers no other: %s', (kind) => {
    const svg = drawPicture(kind, source).svg();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const elements = readXml(svg);
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

  it('are on a page of at most 2 MB with a table beside each, at 384 children a task too', () => {
    const page = pageOf(ledger, source);
    const elements = readXml(page.slice(page.indexOf('\n')));
    const headings = elements.filter(({ name }) => name === 'h2').map(({ text }) => text);
    const titles = PICTURE_KINDS.map((kind) => drawPicture(kind, source).title);
    expect(headings).toEqual(['Results', ...titles, 'Configuration', 'Environment']);
    expect(elements.filter(({ name }) => name === 'svg')).toHaveLength(PICTURE_KINDS.length);
    expect(elements.filter(({ name }) => name === 'caption')).toHaveLength(titles.length + 2);
    // Nothing is loaded, ids are unique, and what they are referred to by exists.
    expect(page).not.toMatch(/(?:src|href)="(?!#)|url\(|@import/);
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements) {
      const referred = attributes.get('aria-labelledby')?.split(' ') ?? [];
      expect(ids).toEqual(expect.arrayContaining(referred));
    }
    const large = pageOf(ledger, withChildren(source, 384));
    expect(Math.max(Buffer.byteLength(page), Buffer.byteLength(large))).toBeLessThan(2_000_000);
  });

  it.each(PICTURE_KINDS)('are the same each time: %s', (kind) => {
    expect(drawPicture(kind, source).svg()).toBe(drawPicture(kind, source).svg());
  });
});

it.each(PICTURE_KINDS)('a run that has no child yet has a picture too: %s', async (kind) => {
  const experiment = largeExperimentOf({ tasks: 2, layers: 3, children: 2 });
  const source = pictureSourceOf(await createRecord(experiment, poolOf(experiment)), 'a-run');
  const { svg, table, description } = drawPicture(kind, source);
  const written = [svg(), description, ...table.rows.flat()].join(' ');
  expect(readXml(svg()).at(-1)?.name).toBe('svg');
  expect(written).not.toMatch(/NaN|Infinity|undefined|null/);
});
