import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../tests/support/xml.js';
import { componentNames } from '../domain/component.js';
import type { PictureRow, SystemPicture } from '../views/picture.js';
import { systemSvg } from './growth.js';
import { headingOf } from './growth-layout.js';
import { ownerColour, ROOT_COLOUR } from './owner-colours.js';

/** Systems in which each component of a model is the root's, an earlier task's or its own. */
const pictures: fc.Arbitrary<SystemPicture> = fc
  .record({
    run: fc.string({ minLength: 1, maxLength: 30 }),
    tasks: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }), {
      minLength: 1,
      maxLength: 40,
    }),
    layers: fc.integer({ min: 0, max: 24 }),
    adapters: fc.uniqueArray(fc.integer({ min: 0, max: 23 })),
    owners: fc.infiniteStream(fc.nat()),
  })
  .map(({ run, tasks, layers, adapters, owners }) => {
    const columns = componentNames({ num_layers: layers, adapter_layers: adapters });
    const rows = [null, ...tasks].map((task, pathId): PictureRow => {
      const cells = columns.map((name) => {
        const nth = (owners.next().value ?? 0) % (pathId + 2);
        if (nth === pathId + 1) return null;
        const owner = nth === 0 ? null : (tasks[nth - 1] ?? null);
        return { component: `${nth}/${name}`, owner, parameterCount: 10, users: 1 };
      });
      const parent = task === null ? null : 0;
      return { pathId, task, parentId: parent, testAccuracy: 0.5, parameterCount: 10, cells };
    });
    return { run, columns, rows, meanTestAccuracy: 0.5, systemParameterCount: 1000 };
  });

const picture: SystemPicture = {
  run: 'quickstart',
  columns: ['embedding', 'head'],
  rows: [
    {
      pathId: 0,
      task: null,
      parentId: null,
      testAccuracy: null,
      parameterCount: 30,
      cells: [
        { component: '0/embedding', owner: null, parameterCount: 10, users: 1 },
        { component: '0/head', owner: null, parameterCount: 20, users: 0 },
      ],
    },
    {
      pathId: 1,
      task: 'a & <b>',
      parentId: 0,
      testAccuracy: 0.9512,
      parameterCount: 30,
      cells: [
        { component: '0/embedding', owner: null, parameterCount: 10, users: 1 },
        { component: '1/head', owner: 'a & <b>', parameterCount: 20, users: 1 },
      ],
    },
  ],
  meanTestAccuracy: 0.9512,
  systemParameterCount: 30,
};

describe('the drawing of a system', () => {
  it('is well-formed, whatever the names, and the same each time', () => {
    fc.assert(
      fc.property(pictures, (each) => {
        const svg = systemSvg(each);
        const elements = readXml(svg);
        expect(elements.at(-1)?.name).toBe('svg');
        expect(systemSvg(each)).toBe(svg);
      }),
      { numRuns: 40 },
    );
  });

  it('has every task, every component and every cell', () => {
    fc.assert(
      fc.property(pictures, (each) => {
        const elements = readXml(systemSvg(each));
        const headings = elements.filter(({ attributes }) => attributes.get('class') === 'head');
        for (const name of each.columns) {
          expect(headings.map(({ text }) => text)).toContain(headingOf(name));
        }
        const dots = elements.filter(({ attributes }) => attributes.get('class') === 'number');
        expect(dots).toHaveLength(each.rows.length);
        const cells = each.rows.flatMap((row) => row.cells.filter((cell) => cell !== null));
        const drawn = elements.filter(({ text }) => text.endsWith(' parameters'));
        expect(drawn).toHaveLength(cells.length);
      }),
      { numRuns: 40 },
    );
  });

  it('says in words which parts a model has from where', () => {
    const elements = readXml(systemSvg(picture));
    const described = elements.find(({ name }) => name === 'desc')?.text;
    expect(described).toContain('a & <b> uses 1 of the root model, 1 of its own');
    expect(described).toContain('test accuracy 95.12 %');
  });

  it('draws a component solid for its owner and tinted for others', () => {
    const elements = readXml(systemSvg(picture));
    const rectangles = elements.filter(
      ({ name, attributes }) => name === 'rect' && Number(attributes.get('height')) === 30,
    );
    const classes = rectangles.map(({ attributes }) => attributes.get('class'));
    expect(classes).toEqual(['o0', 'o0', 'o0 reused', 'o1']);
  });

  it('joins the cells of one component that stand below each other', () => {
    const joints = readXml(systemSvg(picture)).filter(
      ({ name, attributes }) => name === 'rect' && attributes.get('class') === 'o0 reused',
    );
    const heights = joints.map(({ attributes }) => attributes.get('height'));
    // The joint and the cell of the embedding; its part of the bar; the legend.
    expect(heights).toEqual(['14', '30', '8', '14']);
  });

  it('follows the colour scheme of its reader', () => {
    const style = readXml(systemSvg(picture)).find(({ name }) => name === 'style')?.text ?? '';
    const [light = '', dark = ''] = style.split('@media (prefers-color-scheme:dark)');
    expect(light).toContain(`.o1{fill:${ownerColour(0).light}}`);
    expect(dark).toContain(`.o1{fill:${ownerColour(0).dark}}`);
  });
});

/** Red, green and blue in [0, 1] of `#rrggbb` or `hsl(h,s%,l%)`. */
function channelsOf(colour: string): readonly number[] {
  if (colour.startsWith('#')) {
    return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  }
  const [hue = 0, saturation = 0, lightness = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const chroma = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return lightness / 100 - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}

/** Contrast of two colours (WCAG 2.2). */
function contrastOf(...colours: readonly [string, string]): number {
  const [low = 0, high = 0] = colours
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) =>
        value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

it('gives every owner a colour on which its number can be read', () => {
  for (let nth = 0; nth < 200; nth++) {
    const { light, dark } = ownerColour(nth);
    expect(contrastOf(light, '#ffffff')).toBeGreaterThan(4.5);
    expect(contrastOf(dark, '#0d1117')).toBeGreaterThan(4.5);
  }
});

it('gives no two owners one colour', () => {
  for (const ground of ['light', 'dark'] as const) {
    const colours = Array.from({ length: 200 }, (_, nth) => ownerColour(nth)[ground]);
    expect(new Set([...colours, ROOT_COLOUR[ground]]).size).toBe(201);
  }
});
