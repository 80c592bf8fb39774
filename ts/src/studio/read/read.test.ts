import { beforeAll, describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../../tests/support/experiments.js';
import { createRecord, growToEnd } from '../../../../tests/support/runs.js';
import type { Ledger } from '../../state/record/ledger.js';
import { bestPaths } from '../../state/record/recall.js';
import { childrenOf } from '../../views/children.js';
import { pictureOf } from '../../views/picture.js';
import { sharingOf } from '../../views/pictures/sharing.js';
import { MODEL_KINDS } from '../documents/graph.js';
import { childColumnsOf, readChild } from './children.js';
import { lineageGraphOf } from './graph.js';
import { taskDocumentOf } from './task.js';
import { workersDocumentOf } from './workers.js';

const experiment = experimentOf();
let ledger: Ledger;

beforeAll(async () => {
  const pool = poolOf(experiment, { diverging: new Set([4, 9]) });
  ledger = await createRecord(experiment, pool);
  await growToEnd(ledger, pool);
});

describe('the columns of children', () => {
  test('say of each child what the table says', () => {
    const columns = childColumnsOf(ledger, 'test');
    const rows = childrenOf(ledger);
    const told = columns.pathId.map((pathId, at) => ({
      pathId,
      parentId: columns.parentId[at],
      task: columns.tasks[columns.task[at] ?? -1],
      worker: columns.workers[columns.worker[at] ?? -1] ?? null,
      retained: columns.retained[at],
      failed: columns.failed[at],
      validations: columns.qualities[at]?.length,
      lr: columns.hyperparameters.opt_lr?.[at],
    }));
    expect(told).toEqual(
      rows.map((row) => ({
        pathId: row.pathId,
        parentId: row.parentId,
        task: row.task,
        worker: row.worker,
        retained: row.retained,
        failed: row.failure !== null,
        validations: row.qualities.length,
        lr: row.hyperparameters.opt_lr,
      })),
    );
    expect(told.filter(({ failed }) => failed)).toHaveLength(2);
    for (const row of rows) expect(readChild(ledger, row.pathId)).toEqual(row);
  });

  test('leave out hyperparameters that never vary', () => {
    const { hyperparameters } = childColumnsOf(ledger, 'test');
    expect(hyperparameters).toHaveProperty('opt_momentum');
    expect(hyperparameters).not.toHaveProperty('opt_lr_schedule');
  });
});

test('outlines of children say what the children say', () => {
  // SQLite reads decimal fractions to the last digit but one.
  const near = (value: number | null) => (value === null ? null : Number(value.toFixed(12)));
  const outlines = ledger.childOutlines().map((outline) => ({
    ...outline,
    ...{ quality: near(outline.quality), trainSeconds: near(outline.trainSeconds) },
  }));
  expect(outlines).toEqual(
    childrenOf(ledger).map(
      ({ pathId, parentId, task, iteration, generation, retained, score, worker, ...row }) => ({
        ...{ pathId, parentId, task, iteration, generation, retained, score, worker },
        failed: row.failure !== null,
        ...{ quality: near(row.quality), trainSeconds: near(row.trainSeconds) },
      }),
    ),
  );
});

test('the work of children is what the children say', () => {
  const work = ledger.childWork();
  expect(work).toEqual(
    ledger.children().map(({ pathId, task, hyperparameters, components }) => {
      const { num_layers, num_classes, adapter_dim, ds_image_size } = hyperparameters;
      const { adapter_layers } = hyperparameters;
      return {
        ...{ pathId, task },
        hyperparameters: { num_layers, num_classes, adapter_dim, ds_image_size, adapter_layers },
        components: components.map(({ name, origin }) => ({ name, origin })),
      };
    }),
  );
});

describe('the graph of lineage', () => {
  test('has each model after its parent, one step deeper', () => {
    const graph = lineageGraphOf(ledger, 'test');
    const parents = new Map(childrenOf(ledger).map((row) => [row.pathId, row.parentId]));
    for (const [at, pathId] of graph.pathId.entries()) {
      const parent = graph.parent[at] ?? -1;
      expect(parent).toBeLessThan(at);
      expect(graph.pathId[parent]).toBe(parents.get(pathId));
      expect(graph.depth[at]).toBe(parent < 0 ? 0 : (graph.depth[parent] ?? 0) + 1);
    }
    expect(graph.pathId).toHaveLength(parents.size + 1);
  });

  test('knows roots, the models of tasks, and discarded children', () => {
    const graph = lineageGraphOf(ledger, 'test');
    const kinds = new Map(graph.pathId.map((id, at) => [id, MODEL_KINDS[graph.kind[at] ?? 0]]));
    const best = [...bestPaths(ledger).values()];
    for (const id of best) expect(kinds.get(id)).toBe('best');
    for (const { pathId, retained } of childrenOf(ledger)) {
      if (!retained) expect(kinds.get(pathId)).toBe('discarded');
    }
    expect(kinds.get(0)).toBe('root');
  });
});

test('the document of a task says what the sharing picture says', () => {
  const { tasks, shares } = sharingOf(pictureOf(ledger, 'test'));
  for (const [at, task] of tasks.entries()) {
    const { model } = taskDocumentOf(ledger, 'test', task);
    for (const [other, name] of tasks.entries()) {
      if (other === at) continue;
      const share = model?.shares.find((each) => each.task === name);
      expect(share?.ofThis ?? 0).toBeCloseTo(shares[at]?.[other] ?? 0, 12);
      expect(share?.ofOther ?? 0).toBeCloseTo(shares[other]?.[at] ?? 0, 12);
    }
  }
});

test('the work of workers adds up to all children', () => {
  const { work, isGrowing, queued } = workersDocumentOf(ledger, 'test', []);
  expect(work.reduce((sum, { children }) => sum + children, 0)).toBe(childrenOf(ledger).length);
  expect([isGrowing, queued]).toEqual([false, 0]);
});
