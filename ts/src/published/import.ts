import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ResultOf } from '../../../protocol/index.js';
import type { ComponentName } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { ExecuteOptions, Pool } from '../pool/pool.js';
import { countFlops } from '../run/growth/count-flops.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { storeOf } from '../state/directory.js';
import { claimRun } from '../state/lock/claim.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment, recallModels } from '../state/record/recall.js';
import { type Address, runNames, runsFolder } from '../state/runs.js';
import { publishedAgents } from './agents.js';
import { publishedExperiment } from './experiment.js';
import { publishedPaths } from './paths.js';
import { componentIds, type ImportedSystem, writeRecord } from './record.js';
import { invalidSystem } from './rows.js';

type Published = Omit<ResultOf<'published'>, 'kind' | 'agents'>;

/** Options of {@link importPublished}. */
export interface PublishedOptions extends PoolOptions {
  /** Name of the new run; by default the name of the published folder. */
  readonly name?: string | undefined;
  /** Folder of the runs. */
  readonly folder?: string | undefined;
  /** Receives the progress in agents, or in MiB of the checkpoint if there are no agents. */
  readonly onProgress?: ((done: number, total: number, unit: 'agents' | 'MiB') => void) | undefined;
}

/**
 * Imports a system that the papers' notebooks saved, as a finished run: its components with
 * momentum, and its paths with hyperparameters, scores and lineage. The locks follow from the
 * paths. A system of mu2Net.ipynb becomes a run of mu2net, a system of mu3Net.ipynb a run of
 * mu2net+. A new experiment can continue the run with `continueFrom`.
 *
 * @param published the folder of an experiment (its latest state), or a state of mu2Net.ipynb.
 * @returns the run directory.
 * @throws Mu2NetError RUN_EXISTS, RUN_LOCKED, CHECKPOINT_MISSING, CHECKPOINT_INVALID
 */
export async function importPublished(
  published: string,
  { name, folder = runsFolder(), ...options }: PublishedOptions = {},
): Promise<Address> {
  const run = name ?? basename(resolve(published)).replace(/[^\w.-]/g, '-');
  if (runNames(folder).includes(run)) {
    throw new Mu2NetError(
      'RUN_EXISTS',
      `run '${run}' exists in ${folder}; choose a different --name`,
      {
        run,
      },
    );
  }
  const { directory, branch, lock } = claimRun(join(folder, run));
  try {
    await withPool(options, async (pool) => {
      const store = storeOf(directory);
      const system = await readPublished(resolve(published), store, pool, options);
      const ledger = writeRecord(directory, assembleSystem(system, run));
      try {
        await countOperations(ledger, pool);
      } finally {
        ledger.close();
      }
    });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw isAboutNothing(error)
      ? new Mu2NetError(error.code, error.message, { file: published, cause: error.cause })
      : error;
  } finally {
    lock.release();
  }
  return { directory, branch };
}

/** Whether an error does not say what it is about: then it is about the published folder. */
function isAboutNothing(error: unknown): error is Mu2NetError {
  return error instanceof Mu2NetError && Object.keys(error.subject).length === 0;
}

/** Reads a system and stores its components: in one request, or in one request per agent. */
async function readPublished(
  directory: string,
  store: string,
  pool: Pool,
  { onProgress }: PublishedOptions,
): Promise<Published> {
  const request = (agent: string | null, options: ExecuteOptions = {}) =>
    pool.execute({ kind: 'published', store, directory, agent }, options);
  const first = await request(null, {
    onProgress: ({ step, steps }) => onProgress?.(step, steps, 'MiB'),
  });
  const answers = [first];
  for (const [done, agent] of first.agents.entries()) {
    onProgress?.(done, first.agents.length, 'agents');
    answers.push(await request(agent));
  }
  return {
    states: answers.flatMap(({ states }) => states),
    names: Object.assign({}, ...answers.map(({ names }) => names)),
    components: answers.flatMap(({ components }) => components),
  };
}

function assembleSystem(
  { states, names: recordedNames, components }: Published,
  run: string,
): ImportedSystem {
  const stored = new Map(components.map((each) => [each.id, each]));
  const names = new Map(
    [
      ...Object.entries(recordedNames),
      ...components.map(({ id, name }) => [id, name] as const),
    ].map(([id, name]) => [id, name as ComponentName] as const),
  );
  const [first] = states;
  if (!first) throw invalidSystem('the folder has no state');
  const rebuilt =
    first.agent === null ? publishedPaths(first, names) : publishedAgents(states, names);
  const experiment = publishedExperiment(states, run, rebuilt);
  // Hyperparameters that the notebook did not have get their defaults, which change nothing.
  const paths = rebuilt.paths.map((path) => ({
    ...path,
    hyperparameters: { ...experiment.method.defaults, ...path.hyperparameters },
  }));
  const system = { ...rebuilt, paths };
  return { experiment, system, names, ids: componentIds(system, names), stored };
}

/** Counts the operations of the imported models, if scores depend on them. */
async function countOperations(ledger: Ledger, pool: Pool): Promise<void> {
  const system = recallModels(ledger);
  const { experiment } = currentExperiment(ledger);
  await countFlops(system, system.paths.values(), experiment.method, { ledger, pool });
}
