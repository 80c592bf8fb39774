import { join } from 'node:path';
import { expect } from 'vitest';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import { growRun } from '../../ts/src/run/session.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { reachableDigests } from '../../ts/src/state/record/reach.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { experimentOf, poolOf, taskOf } from './experiments.js';
import { growDirectory, temporaryFolder } from './runs.js';

/** An experiment on three tasks, others to branch with, and a pool that knows their tasks. */
export const experiment = experimentOf({ taskIterations: 1 });
export const pool = poolOf(
  experimentOf({ tasks: ['a', 'b', 'c', 'd'].map((name) => taskOf(name)) }),
);
export const otherMethod: Experiment = {
  ...experiment,
  method: { ...experiment.method, adaptersMutate: false, samplesPerTask: 4, width: 2 },
};
export const otherTasks: Experiment = { ...experiment, tasks: [taskOf('d')] };

/** Grows a finished run, and returns its directory. */
export const finished = () => growDirectory(experiment, { folder: temporaryFolder(), pool });

/** A run that is stopped once it has committed so many generations. */
export async function stoppedAfter(generations: number): Promise<string> {
  const folder = temporaryFolder();
  const stop = new AbortController();
  let seen = 0;
  await growRun(experiment, {
    folder,
    pool,
    signal: stop.signal,
    onEvent: ({ type }) => {
      if (type === 'generation' && ++seen > generations) stop.abort();
    },
  }).catch((error) => expect(error.code).toBe('CANCELLED'));
  return join(folder, 'test');
}

/** Digests of what a branch can still use. */
export const reachOfBranch = (address: string) => readRun(parseAddress(address), reachableDigests);
