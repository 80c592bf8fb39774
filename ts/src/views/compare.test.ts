import { join } from 'node:path';
import Database from 'libsql';
import { beforeAll, expect, test } from 'vitest';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { growDirectory, temporaryFolder } from '../../../tests/support/runs.js';
import { openRun } from '../api/open-run.js';
import type { TaskFacts } from '../domain/task.js';
import { readRun } from '../state/record/ledger.js';
import { parseAddress } from '../state/runs.js';
import type { ComparedModel } from './compare.js';
import { newcombe, tango } from './interval.js';

type Tested = NonNullable<ComparedModel['test']>;

const folder = temporaryFolder();
const experiment = experimentOf({
  taskIterations: 1,
  tasks: ['a', 'b'].map((name) => taskOf(name)),
});
let first: string;
let other: string;

beforeAll(async () => {
  first = await growDirectory(experiment, { folder, name: 'first', pool: poolOf(experiment) });
  other = await growDirectory(
    { ...experiment, seed: 2 },
    { folder, name: 'other', pool: poolOf(experiment) },
  );
});

/** The models of two systems, task by task; all must have been tested. */
function modelsOf(one: string, another: string) {
  return openRun(one)
    .compareWith(openRun(another))
    .tasks.map(({ models: [a, b] }) => {
      if (!a?.test || !b?.test || !b.difference) throw new Error('a model is not tested');
      return { a: a.test, b: b.test, difference: b.difference };
    });
}

/** The difference of two models that were tested on unrelated images. */
const unpairedDifference = ({ a, b }: { a: Tested; b: Tested }) => ({
  value: b.correct / b.total - a.correct / a.total,
  interval: newcombe(a, b),
  same: false,
  paired: false,
});
test('models are compared on the images that only one of them gets right', () => {
  const outcomes = [first, other].map((run) =>
    readRun(parseAddress(run), (ledger) =>
      ledger.evaluations().map((each) => {
        const bits = [...(each.outcomes ?? [])].map((byte) => byte.toString(2).padStart(8, '0'));
        return bits.join('');
      }),
    ),
  );
  for (const [task, { a, difference }] of modelsOf(first, other).entries()) {
    const [ours = '', theirs = ''] = outcomes.map((each) => each[task]);
    const pairs = [...ours].map((bit, image) => `${bit}${theirs[image]}`);
    const only = {
      onlyFirst: pairs.filter((pair) => pair === '10').length,
      onlyOther: pairs.filter((pair) => pair === '01').length,
    };
    expect(difference).toEqual({
      value: expect.closeTo((only.onlyOther - only.onlyFirst) / a.total, 12),
      interval: tango(only, a.total),
      same: false,
      paired: true,
      ...only,
    });
  }
});

test('a model does not differ from itself', () => {
  for (const { difference } of modelsOf(first, first)) {
    expect(difference).toEqual({
      ...{ value: 0, interval: [0, 0], same: true },
      ...{ paired: true, onlyFirst: 0, onlyOther: 0 },
    });
  }
});

test('tests of different sizes are compared as tests on unrelated images', async () => {
  const facts: TaskFacts = { numClasses: 5, examples: { train: 640, validation: 100, test: 500 } };
  const halved = { ...experiment, tasks: ['a', 'b'].map((name) => taskOf(name, { facts })) };
  const half = await growDirectory(halved, { folder, name: 'half', pool: poolOf(halved) });
  const models = modelsOf(half, other);
  expect(models.map(({ difference }) => difference)).toEqual(models.map(unpairedDifference));
});

test('so are tests of equal size from different data', async () => {
  const splits = { train: 'train', validation: 'validation', test: 'elsewhere' };
  const tasks = ['a', 'b'].map((name) => taskOf(name, { splits }));
  const moved = { ...experiment, tasks };
  const elsewhere = await growDirectory(moved, { folder, name: 'elsewhere', pool: poolOf(moved) });
  const models = modelsOf(elsewhere, other);
  expect(models.map(({ difference }) => difference)).toEqual(models.map(unpairedDifference));
});

test('so are tests whose outcomes are not recorded', async () => {
  const untold = await growDirectory(experiment, {
    folder,
    name: 'untold',
    pool: poolOf(experiment),
  });
  const database = new Database(join(untold, 'system.db'));
  database.exec('UPDATE evaluations SET outcomes = NULL WHERE id = 1');
  database.close();
  for (const pair of [modelsOf(untold, other), modelsOf(other, untold)]) {
    const [a, b] = pair;
    expect(a?.difference).toEqual(a && unpairedDifference(a));
    expect(b?.difference.paired).toBe(true);
  }
});
