import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../tests/support/xml.js';
import { componentNames } from '../domain/component.js';
import type { PictureRow, SystemPicture } from '../views/picture.js';
import { systemSvg } from './growth.js';
import { headingOf } from './growth-layout.js';

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
        const numbered = elements.filter(({ attributes }) =>
          attributes.get('class')?.startsWith('number '),
        );
        expect(numbered).toHaveLength(each.rows.filter(({ task }) => task !== null).length);
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
      ({ name, attributes }) => name === 'rect' && attributes.has('rx') && attributes.has('class'),
    );
    const classes = rectangles.map(({ attributes }) => attributes.get('class'));
    // After the ground: two cells of the root, two of the task; then the legend.
    expect(classes.slice(1, 5)).toEqual(['o0', 'o0', 'o0 reused', 'o1']);
  });

  it('joins the cells of one component that stand below each other', () => {
    const joints = readXml(systemSvg(picture)).filter(
      ({ name, attributes }) =>
        name === 'rect' && attributes.get('class') === 'o0 reused' && !attributes.has('rx'),
    );
    // The joint of the embedding, and its part of the bar.
    expect(joints).toHaveLength(2);
  });

  it('draws a component the thicker the more models use it', () => {
    const heightOf = (users: number) => {
      const cell = (nth: number) => ({ component: `0/${nth}`, owner: null, parameterCount: 1 });
      const cells = [
        { ...cell(0), users },
        { ...cell(1), users: 8 },
      ];
      const drawn = systemSvg({ ...picture, rows: [{ ...picture.rows[0], cells } as PictureRow] });
      const [, first] = readXml(drawn).filter(({ attributes }) => attributes.has('rx'));
      return Number(first?.attributes.get('height'));
    };
    const heights = [1, 2, 4, 8].map(heightOf);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(new Set(heights).size).toBe(4);
  });

  it('has the components of a dense picture too, those of one owner as one shape', () => {
    const rows = Array.from({ length: 60 }, (_, nth) => ({
      ...picture.rows[1],
      pathId: nth + 1,
      task: nth === 0 ? 'a & <b>' : `task ${nth}`,
    })) as readonly PictureRow[];
    const drawn = readXml(systemSvg({ ...picture, rows }));
    const shapes = drawn.filter(({ name }) => name === 'path');
    expect(shapes).toHaveLength(2 * rows.length);
  });
});
