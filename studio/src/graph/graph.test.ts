import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, nearest, pan, pixelOf, reveal, zoom } from './camera.js';
import { layoutOf } from './layout.js';
import { ancestry, forestOf, type Model, type ModelFilter, selectModels, stepFrom } from './models.js';

const EVERYTHING: ModelFilter = { task: null, retained: false, minQuality: 0, search: '' };

/** Children of a run with so many task iterations; each grew from an earlier model. */
const history = fc
  .record({ iterations: fc.integer({ min: 1, max: 6 }), seed: fc.array(fc.nat(), { minLength: 1 }) })
  .map(({ iterations, seed }) =>
    seed.map((number, nth): Model => {
      const iteration = Math.floor((nth * iterations) / seed.length);
      return {
        pathId: nth + 1,
        parentId: number % (nth + 1),
        task: `task ${iteration % 3}`,
        iteration,
        generation: 0,
        quality: number % 2 === 0 ? (number % 100) / 100 : null,
        retained: number % 3 === 0,
      };
    }),
  );

describe('the graph of models', () => {
  it('adds the root that children grew from', () => {
    fc.assert(
      fc.property(history, (children) => {
        const forest = forestOf(children);
        expect(forest.all).toHaveLength(children.length + 1);
        expect(forest.all[0]).toMatchObject({ pathId: 0, task: null });
      }),
    );
  });

  it('leads from every model back to the root', () => {
    fc.assert(
      fc.property(history, (children) => {
        const forest = forestOf(children);
        for (const { pathId } of children) {
          const line = ancestry(forest, forest.places.get(pathId) ?? -1);
          expect(line.at(-1)).toBe(0);
          for (const [nth, place] of line.slice(0, -1).entries()) {
            expect(forest.all[place]?.parentId).toBe(forest.all[line[nth + 1] ?? -1]?.pathId);
          }
        }
      }),
    );
  });

  it('puts no two models on one place', () => {
    fc.assert(
      fc.property(history, (children) => {
        const { positions } = layoutOf(forestOf(children));
        const places = new Set<string>();
        for (let at = 0; at < positions.length; at += 2) {
          places.add(`${positions[at]} ${positions[at + 1]}`);
        }
        expect(places.size).toBe(positions.length / 2);
      }),
    );
  });

  it('leaves models where they are while the run goes on', () => {
    fc.assert(
      fc.property(history, fc.double({ min: 0, max: 1, noNaN: true }), (children, part) => {
        const some = children.slice(0, Math.max(1, Math.floor(part * children.length)));
        const before = layoutOf(forestOf(some)).positions;
        expect(layoutOf(forestOf(children)).positions.slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('has steps to the parent, to a child and in time', () => {
    const child = (pathId: number, parentId: number): Model => ({
      ...{ pathId, parentId, task: 'a', iteration: 0, generation: 0, quality: 1, retained: true },
    });
    const forest = forestOf([child(1, 0), child(2, 0), child(3, 1)]);
    expect(stepFrom(forest, 3, 'parent')).toBe(1);
    expect(stepFrom(forest, 0, 'parent')).toBe(0);
    expect(stepFrom(forest, 1, 'child')).toBe(3);
    expect(stepFrom(forest, 3, 'child')).toBe(3);
    expect(stepFrom(forest, 3, 'later')).toBe(3);
    expect(stepFrom(forest, 3, 'earlier')).toBe(2);
  });

  it('shows what the filter asks for', () => {
    fc.assert(
      fc.property(history, (children) => {
        const forest = forestOf(children);
        const shown = (filter: Partial<ModelFilter>) =>
          forest.all.filter((_, place) => selectModels(forest, { ...EVERYTHING, ...filter })[place]);
        expect(shown({})).toEqual(forest.all);
        expect(shown({ task: 'task 0', retained: true, minQuality: 0.5 })).toEqual(
          forest.all.filter(
            ({ task, retained, quality }) =>
              task === 'task 0' && retained && quality !== null && quality >= 0.5,
          ),
        );
        expect(shown({ search: ' #1 ' }).map(({ pathId }) => pathId)).toContain(1);
        expect(shown({ search: 'ROOT' }).map(({ pathId }) => pathId)).toEqual([0]);
      }),
    );
  });
});

describe('the camera', () => {
  const canvas = { width: 800, height: 500 };
  const length = fc.integer({ min: 1, max: 500 });

  it('shows a whole picture', () => {
    fc.assert(
      fc.property(length, length, (width, height) => {
        const camera = fit({ width, height }, canvas);
        for (const corner of [[0, 0], [width, height]] as const) {
          const [x, y] = pixelOf(camera, corner);
          expect(x).toBeGreaterThanOrEqual(23.9);
          expect(x).toBeLessThanOrEqual(776.1);
          expect(y).toBeGreaterThanOrEqual(39.9);
          expect(y).toBeLessThanOrEqual(480.1);
        }
      }),
    );
  });

  it('keeps what is under the pointer, and moves with it', () => {
    const camera = fit({ width: 100, height: 80 }, canvas);
    const unit = [40, 30] as const;
    const at = pixelOf(camera, unit);
    const [x, y] = pixelOf(zoom(camera, 3, at), unit);
    expect([x, y]).toEqual([expect.closeTo(at[0], 6), expect.closeTo(at[1], 6)]);
    const [movedX, movedY] = pixelOf(pan(camera, [10, -5]), unit);
    expect([movedX - at[0], movedY - at[1]]).toEqual([expect.closeTo(10), expect.closeTo(-5)]);
  });

  it('finds the nearest shown model, and reveals one', () => {
    const camera = zoom(fit({ width: 100, height: 80 }, canvas), 8, [0, 0]);
    const positions = new Float32Array([90, 70, 90.1, 70]);
    const there = reveal(camera, [90, 70], canvas);
    const at = pixelOf(there, [90, 70]);
    expect(at[0]).toBeLessThanOrEqual(canvas.width);
    expect(nearest(there, positions, new Uint8Array([1, 1]), at)).toBe(0);
    expect(nearest(there, positions, new Uint8Array([0, 1]), at)).toBe(1);
    expect(nearest(camera, positions, new Uint8Array([1, 1]), [0, 0])).toBe(-1);
  });
});
