import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RequestKind, RequestOf } from '../../../protocol/index.js';
import { claim } from '../../../tests/paper/claims.js';
import {
  experimentOf,
  plusExperimentOf,
  poolOf,
  taskOf,
} from '../../../tests/support/experiments.js';
import { EPOCH, growToEnd, recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import type { Experiment } from '../domain/experiment.js';
import { componentsOf } from '../domain/system.js';
import type { Pool } from '../pool/pool.js';
import { storeOf } from '../state/directory.js';
import { readRun } from '../state/record/ledger.js';
import { recallSystem } from '../state/record/recall.js';
import { parseAddress } from '../state/runs.js';
import { leaderboard } from '../views/leaderboard.js';
import { startRun } from './start.js';

/** A pool whose requests are seen. */
function recordRequests(pool: Pool, requests: RequestOf<RequestKind>[]): Pool {
  return {
    workers: () => pool.workers(),
    close: () => pool.close(),
    execute: (request, options) => {
      requests.push(request as RequestOf<RequestKind>);
      return pool.execute(request, options);
    },
  };
}

/** Runs an experiment in a new directory, to its end or for a number of task iterations. */
async function createFinishedRun(experiment: Experiment, iterations = Number.POSITIVE_INFINITY) {
  const directory = join(temporaryFolder(), 'run');
  const pool = poolOf(experiment);
  const ledger = await startRun({ directory, experiment, createdAt: EPOCH }, pool);
  const stop = new AbortController();
  await growToEnd(
    ledger,
    pool,
    (event) => {
      if (event.type === 'tested' && ledger.iterations().length >= iterations) stop.abort();
    },
    stop.signal,
  ).catch((error) => expect(error.code).toBe('CANCELLED'));
  ledger.close();
  return directory;
}

const first = experimentOf({
  taskIterations: 1,
  tasks: [taskOf('a'), taskOf('secret', { isPrivate: true })],
});
const continuationOf = (from: string, choices: Partial<Experiment> = {}): Experiment =>
  experimentOf({
    name: 'second',
    seed: 2,
    taskIterations: 1,
    tasks: [taskOf('new'), taskOf('a')],
    continueFrom: from,
    ...choices,
  });

describe('continuing from an earlier run', () => {
  test(`goes on with its system, which stays as it was ${claim('new-tasks', 'no-forgetting')}`, async () => {
    const from = await createFinishedRun(first);
    const before = readRun(parseAddress(from), recordOf);
    const system = readRun(parseAddress(from), recallSystem);
    const experiment = continuationOf(from);
    const requests: RequestOf<RequestKind>[] = [];
    const directory = join(temporaryFolder(), 'second');
    const pool = recordRequests(poolOf(experiment), requests);
    const ledger = await startRun({ directory, experiment, createdAt: EPOCH }, pool);

    expect(recallSystem(ledger)).toEqual(system);
    expect(requests.at(-1)).toEqual({
      kind: 'copy',
      store: storeOf(directory),
      from: storeOf(from),
      digests: expect.any(Array),
    });
    const copied = new Set(requests.flatMap((each) => (each.kind === 'copy' ? each.digests : [])));
    for (const { paramsDigest, traceDigest } of system.components.values()) {
      expect(copied).toContain(paramsDigest);
      if (traceDigest !== null) expect(copied).toContain(traceDigest);
    }

    const end = await growToEnd(ledger, pool);
    const after = recordOf(ledger);
    expect(after.experiments).toEqual([
      { experiment: first, firstIteration: 0 },
      { experiment, firstIteration: 2 },
    ]);
    expect(after.iterations.slice(0, 2)).toEqual(before.iterations);
    expect(after.iterations.slice(2).map(({ id, task }) => [id, task])).toEqual([
      [2, 'new'],
      [3, 'a'],
    ]);
    expect(after.children.slice(0, before.children.length)).toEqual(before.children);
    expect(after.children.map(({ pathId }) => pathId)).toEqual(
      after.children.map((_, at) => at + 1),
    );
    const private_ = new Set(
      before.paths.filter(({ task }) => task === 'secret').map(({ id }) => id),
    );
    for (const { parentId, iteration } of ledger.children()) {
      if (iteration >= 2) expect(private_).not.toContain(parentId);
    }
    const tasks = leaderboard(ledger, 'second').rows.map(({ task }) => task);
    expect(tasks).toEqual(['a', 'secret', 'new']);

    // The model of the task that was not learned again and the earlier run have not changed.
    const secret = [...system.paths.values()].find(({ task }) => task === 'secret');
    const same = end.paths.get(secret?.id ?? -1);
    expect(secret && componentsOf(secret, system)).toEqual(same && componentsOf(same, end));
    expect(readRun(parseAddress(from), recordOf)).toEqual(before);
    ledger.close();
  });

  test('is refused, leaving no run, when it cannot be', async () => {
    const whole = await createFinishedRun(first);
    const half = await createFinishedRun(first, 1);
    const { method, architecture } = first;
    const { method: learning } = plusExperimentOf();
    const defaults = { ...learning.defaults, _mu_: 0.2 };
    const plus = { ...first, method: { ...learning, defaults, ranges: { _mu_: [0.1, 0.2, 0.3] } } };
    const facts = { numClasses: 9, examples: { train: 640, validation: 100, test: 1000 } };
    const refusals: readonly [Experiment, RegExp][] = [
      [continuationOf(half), /not finished/],
      [continuationOf(whole, { architecture: { ...architecture, mlpDim: 32 } }), /architecture/],
      [continuationOf(whole, { tasks: [taskOf('a', { facts })] }), /task a had 5 classes .* has 9/],
      [
        continuationOf(whole, { method: { ...method, ranges: { opt_nesterov: [true] } } }),
        /root model has opt_nesterov false, .* range/,
      ],
      [
        continuationOf(await createFinishedRun(plus), {
          method: { ...plus.method, ranges: { _mu_: [0.2] } },
        }),
        /model of task a has learned _mu_\|\S+ 0\.\d, .* range \[0\.2\]; add it under ranges\._mu_/,
      ],
    ];
    for (const [experiment, why] of refusals) {
      const directory = join(temporaryFolder(), 'second');
      await expect(
        startRun({ directory, experiment, createdAt: EPOCH }, poolOf(experiment)),
      ).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(why) });
      expect(existsSync(join(directory, 'system.db'))).toBe(false);
    }
    const missing = continuationOf(temporaryFolder());
    await expect(
      startRun(
        { directory: join(temporaryFolder(), 'second'), experiment: missing, createdAt: EPOCH },
        poolOf(missing),
      ),
    ).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });
});

describe('starting a run', () => {
  test('data that disagrees with the declared facts is DATA_CORRUPT, and no run is created', async () => {
    const experiment = experimentOf();
    const facts = { numClasses: 5, examples: { train: 640, validation: 99, test: 1000 } };
    const tasks = experiment.tasks.map((task) => ({ ...task, facts: facts }));
    const directory = join(temporaryFolder(), 'run');
    const start = startRun(
      { directory, experiment, createdAt: EPOCH },
      poolOf({ ...experiment, tasks }),
    );
    await expect(start).rejects.toMatchObject({
      code: 'DATA_CORRUPT',
      message: expect.stringMatching(/^task 'a': validation split .* has 99 examples, but 100 .*$/),
    });
    expect(existsSync(directory)).toBe(false);
  });

  test('undeclared facts are taken from the data', async () => {
    const declared = experimentOf();
    const experiment = { ...declared, tasks: declared.tasks.map((t) => ({ ...t, facts: null })) };
    const ledger = await startRun(
      { directory: temporaryFolder(), experiment, createdAt: EPOCH },
      poolOf(declared),
    );
    expect(ledger.tasks().map(({ facts }) => facts)).toEqual(
      declared.tasks.map(({ facts }) => facts),
    );
    ledger.close();
  });

  test('each class has the given name', async () => {
    const declared = experimentOf();
    const withClassNames = (classNames: readonly string[]) => ({
      ...declared,
      tasks: [{ ...taskOf('a'), classNames }],
    });
    const names = ['p', 'q', 'r', 's', 't'];
    const ledger = await startRun(
      { directory: temporaryFolder(), experiment: withClassNames(names), createdAt: EPOCH },
      poolOf(declared),
    );
    expect(ledger.tasks()[0]?.classNames).toEqual(names);
    ledger.close();
    const directory = join(temporaryFolder(), 'run');
    await expect(
      startRun(
        { directory, experiment: withClassNames(['p', 'q']), createdAt: EPOCH },
        poolOf(declared),
      ),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        "task 'a': classNames has 2 names for 5 classes; give one name per class, in the order of labels",
    });
    expect(existsSync(directory)).toBe(false);
  });

  test('the root has the default hyperparameters and all components', async () => {
    const experiment = experimentOf();
    const ledger = await startRun(
      { directory: temporaryFolder(), experiment, createdAt: EPOCH },
      poolOf(experiment),
    );
    const system = recallSystem(ledger);
    expect([...system.paths.values()]).toEqual([
      {
        id: 0,
        task: null,
        parentId: null,
        hyperparameters: experiment.method.defaults,
        components: expect.arrayContaining(['0/embedding', '0/encoderblock_2', '0/head']),
        quality: null,
      },
    ]);
    expect(system.nextPathId).toBe(1);
    ledger.close();
  });
});

test('pins the splits that the data suggests', async () => {
  const directory = join(temporaryFolder(), 'run');
  const experiment = experimentOf({ tasks: [taskOf('a', { splits: null }), taskOf('b')] });
  const pool = poolOf(experiment);
  const ledger = await startRun({ directory, experiment, createdAt: EPOCH }, pool);
  const splits = { train: 'train', validation: 'validation', test: 'test' };
  expect(ledger.tasks()[0]?.splits).toEqual(splits);
  expect(ledger.experiments()[0]?.experiment.tasks).toEqual([taskOf('a', { splits }), taskOf('b')]);
  ledger.close();
});
