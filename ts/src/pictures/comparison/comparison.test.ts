import { describe, expect, it } from 'vitest';
import { readXml } from '../../../../tests/support/xml.js';
import { frame, type Sheet } from '../frame.js';
import { type DifferenceRow, drawDifferences } from './differences.js';
import { drawLines } from './lines.js';

const row = (changes: Partial<DifferenceRow>): DifferenceRow => ({
  ...{ name: 'head', note: '2 seeds', value: 1.25, interval: [-0.5, 3], parts: [0, 4], colour: 1 },
  ...changes,
});
const differencesOf = (...rows: readonly DifferenceRow[]) =>
  drawDifferences({ title: 'T', subtitle: 'S', rows, sides: ['worse', 'better'], colours: 2 });

/** Where the circles of a picture stand. */
const dotsIn = (sheet: Sheet) =>
  elementsOf(sheet)
    .filter(({ name }) => name === 'circle')
    .map(({ attributes }) => [Number(attributes.get('cx')), Number(attributes.get('cy'))] as const);
const textsIn = (sheet: Sheet) =>
  elementsOf(sheet)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);
const elementsOf = (sheet: Sheet) => readXml(frame(sheet));

describe('a picture of differences', () => {
  it('has each difference beside zero, with its interval in words', () => {
    const sheet = differencesOf(
      row({}),
      row({ value: -2, interval: null, parts: [-2], colour: 2 }),
    );
    const zero = elementsOf(sheet).find(({ attributes }) => attributes.get('class') === 'axis');
    const [ahead, behind] = dotsIn(sheet).map(([x]) => x - Number(zero?.attributes.get('x1')));
    expect(ahead).toBeGreaterThan(0);
    expect(behind).toBeLessThan(0);
    expect((behind ?? 0) / (ahead ?? 1)).toBeCloseTo(-1.6, 2);
    expect(textsIn(sheet)).toEqual(expect.arrayContaining(['+1.3 (−0.5 to +3.0)', '−2.0', '0']));
    expect(sheet.description).toBe('head, 2 seeds: +1.3 (−0.5 to +3.0). head, 2 seeds: −2.0.');
  });

  it('has the room that its widest interval needs', () => {
    const sheet = differencesOf(row({ interval: [-30, 40] }));
    const bar = elementsOf(sheet).find(({ attributes }) => attributes.get('class') === 'line l1');
    const [left = 0, right = 0] = [
      ...(bar?.attributes.get('d') ?? '').matchAll(/[MH]([\d.]+)/g),
    ].map(([, x]) => Number(x));
    expect(left).toBeGreaterThan(200);
    expect(right).toBeLessThan(sheet.width - 200);
    expect(right - left).toBeGreaterThan(300);
  });
});

describe('a picture of lines', () => {
  const sheetOf = (...points: readonly { x: number; y: number; label?: string }[]) =>
    drawLines({
      ...{ title: 'T', subtitle: 'S', description: 'D', colours: 1 },
      lines: [{ name: 'one', points, colour: 1 }],
      x: { title: 'x', write: String, from: 0 },
      y: { title: 'y', write: (value) => value.toFixed(2) },
    });

  it('has a dot for each point, the higher the greater', () => {
    const [first, second] = dotsIn(sheetOf({ x: 1, y: 0.8 }, { x: 3, y: 0.9 }));
    expect(second?.[0]).toBeGreaterThan(first?.[0] ?? 0);
    expect(second?.[1]).toBeLessThan(first?.[1] ?? 0);
  });

  it('writes a label only where no other one is', () => {
    const apart = sheetOf({ x: 1, y: 0.8, label: '×1' }, { x: 3, y: 0.9, label: '×2' });
    expect(textsIn(apart)).toEqual(expect.arrayContaining(['×1', '×2']));
    const close = sheetOf({ x: 1, y: 0.8, label: '×1' }, { x: 1, y: 0.8, label: '×2' });
    expect(textsIn(close).filter((each) => each.startsWith('×'))).toEqual(['×1']);
  });

  it('can have a single point, or none', () => {
    for (const sheet of [sheetOf({ x: 2, y: 0.5 }), sheetOf()]) {
      expect(frame(sheet)).not.toContain('NaN');
    }
  });
});
