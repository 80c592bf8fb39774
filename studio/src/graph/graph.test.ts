import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineageGraph, ModelKind } from '../../../ts/src/studio/documents/graph.js';
import { fit, nearest, pan, pixelOf, reveal, zoom } from './camera.js';
import { layoutOf } from './layout.js';
import {
  ancestry,
  isRetained,
  type ModelFilter,
  nameOf,
  selectModels,
  stepFrom,
} from './models.js';

const EVERYTHING: ModelFilter = { task: null, retained: false, minQuality: 0, search: '' };

/** A graph of a root and so many children; child n grew from the model at `parents[n]`. */
function graphOf(parents: readonly number[], iterations = 1): LineageGraph {
  const all = [-1, ...parents];
  const iteration = all.map((_, n) =>
    n === 0 ? -1 : Math.floor(((n - 1) * iterations) / parents.length),
  );
  return {
    ...{ run: 'a-run', tasks: ['digits', 'Greek', 'script/lao'] },
    pathId: all.map((_, n) => 10 * n),
    parent: all,
    task: iteration.map((each) => (each < 0 ? -1 : each % 3)),
    depth: all.map(() => 0),
    iteration,
    generation: all.map(() => 0),
    kind: all.map((from, n): ModelKind => (n === 0 ? 0 : from % 2 === 0 ? 2 : 3)),
    quality: all.map((_, n) => (n % 5 === 0 ? null : (n % 100) / 100)),
    score: all.map(() => null),
  };
}

const graphs = fc
  .record({
    seed: fc.array(fc.nat(), { minLength: 1, maxLength: 300 }),
    iterations: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ seed, iterations }) =>
    graphOf(
      seed.map((number, n) => number % (n + 1)),
      iterations,
    ),
  );

/** The first models of a graph. */
function firstOf(graph: LineageGraph, count: number): LineageGraph {
  const cut = Object.entries(graph).map(([name, value]) =>
    Array.isArray(value) && name !== 'tasks' ? [name, value.slice(0, count)] : [name, value],
  );
  return Object.fromEntries(cut) as unknown as LineageGraph;
}

describe('the graph of models', () => {
  it('leads from every model back to the root', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        for (const place of graph.parent.keys()) {
          const line = ancestry(graph, place);
          expect(line[0]).toBe(place);
          expect(line.at(-1)).toBe(0);
          expect(line.slice(0, -1).map((each) => graph.parent[each])).toEqual(line.slice(1));
        }
      }),
    );
  });

  it('puts no two models on one place', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { positions } = layoutOf(graph);
        const places = graph.parent.map((_, n) => `${positions[2 * n]} ${positions[2 * n + 1]}`);
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });

  it('leaves models where they are while the run goes on', () => {
    fc.assert(
      fc.property(graphs, fc.double({ min: 0, max: 1, noNaN: true }), (graph, part) => {
        const count = 1 + Math.floor(part * (graph.parent.length - 1));
        const before = layoutOf(firstOf(graph, count)).positions;
        const after = layoutOf(graph).positions;
        // The last column may still grow to the right; nothing before it moves.
        expect(after.slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('has steps to the parent, to a child and in time', () => {
    const graph = graphOf([0, 0, 1]);
    expect(stepFrom(graph, 3, 'parent')).toBe(1);
    expect(stepFrom(graph, 0, 'parent')).toBe(0);
    expect(stepFrom(graph, 1, 'child')).toBe(3);
    expect(stepFrom(graph, 3, 'child')).toBe(3);
    expect(stepFrom(graph, 3, 'later')).toBe(3);
    expect(stepFrom(graph, 3, 'earlier')).toBe(2);
  });

  it('shows what the filter asks for', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const shown = (filter: Partial<ModelFilter>) => {
          const isShown = selectModels(graph, { ...EVERYTHING, ...filter });
          return [...graph.parent.keys()].filter((place) => isShown[place]);
        };
        expect(shown({})).toEqual([...graph.parent.keys()]);
        expect(shown({ task: 'digits', retained: true, minQuality: 0.02 })).toEqual(
          [...graph.parent.keys()].filter(
            (place) =>
              nameOf(graph, place) === 'digits' &&
              isRetained(graph, place) &&
              (graph.quality[place] ?? 0) >= 0.02,
          ),
        );
        expect(shown({ search: ' #10 ' })).toEqual([1]);
        expect(shown({ search: 'ROOT' })).toEqual([0]);
        expect(shown({ search: 'git' })).toEqual(shown({ task: 'digits' }));
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
        for (const corner of [
          [0, 0],
          [width, height],
        ] as const) {
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
