import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ResultOf } from '../../../protocol/index.js';
import type { ComponentName } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { ExecuteOptions, Pool } from '../pool/pool.js';
import { countFlops } from '../run/count-flops.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { claimRun } from '../state/claim.js';
import { storeOf } from '../state/directory.js';
import type { Ledger } from '../state/ledger.js';
import { currentExperiment, recallModels } from '../state/recall.js';
import { listRuns, runsFolder } from '../state/runs.js';
import { publishedAgents } from './agents.js';
import { publishedExperiment } from './experiment.js';
import { publishedPaths } from './paths.js';
import { componentIds, type ImportedSystem, writeRecord } from './record.js';
import { invalidSystem } from './rows.js';

type Published = Omit<ResultOf<'published'>, 'kind' | 'agents'>;

export interface PublishedOptions extends PoolOptions {
  /** Name of the run that the system becomes; by default that of the published folder. */
  readonly name?: string | undefined;
  /** Folder of the runs. */
  readonly folder?: string | undefined;
  /** Told how much of how much has been read: of the agents, or of the checkpoint where there are none. */
  readonly onProgress?: ((done: number, total: number, unit: 'agents' | 'MiB') => void) | undefined;
}

/**
 * Makes a finished run of a system that the papers' notebooks saved: its components with their
 * momentum, its paths with hyperparameters, scores and lineage, and hence its locks. A system of
 * mu2Net.ipynb becomes a run of mu2net, one of the agents of mu3Net.ipynb a run of mu2net+. Another
 * experiment goes on from there with `continueFrom`.
 *
 * @param published the folder of an experiment, or a state of mu2Net.ipynb: of several the latest.
 * @returns the run directory.
 * @throws Mu2NetError RUN_EXISTS, RUN_LOCKED, CHECKPOINT_MISSING, CHECKPOINT_INVALID
 */
export async function importPublished(
  published: string,
  { name, folder = runsFolder(), ...options }: PublishedOptions = {},
): Promise<string> {
  const run = name ?? basename(resolve(published)).replace(/[^\w.-]/g, '-');
  if (listRuns(folder).includes(run)) {
    throw new Mu2NetError('RUN_EXISTS', `run '${run}' exists in ${folder}; choose another --name`);
  }
  const { directory, lock } = claimRun(join(folder, run));
  try {
    await withPool(options, async (pool) => {
      const store = storeOf(directory);
      const system = await readPublished(resolve(published), store, pool, options);
      const ledger = writeRecord(directory, assembleSystem(system, run));
      try {
        await countOperations(ledger, pool, options);
      } finally {
        ledger.close();
      }
    });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
  return directory;
}

/** Reads a system and stores its components: at once, or agent by agent. */
async function readPublished(
  directory: string,
  store: string,
  pool: Pool,
  { signal, onProgress }: PublishedOptions,
): Promise<Published> {
  const request = (agent: string | null, options: ExecuteOptions = {}) =>
    pool.execute(
      { kind: 'published', store, directory, agent },
      { ...options, ...(signal && { signal }) },
    );
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

function assembleSystem({ states, names: recordedNames, components }: Published, run: string): ImportedSystem {
  const stored = new Map(components.map((each) => [each.id, each]));
  const names = new Map(
    [...Object.entries(recordedNames), ...components.map(({ id, name }) => [id, name] as const)].map(
      ([id, name]) => [id, name as ComponentName] as const,
    ),
  );
  const [first] = states;
  if (!first) throw invalidSystem('there is no state');
  const rebuilt = first.agent === null ? publishedPaths(first, names) : publishedAgents(states, names);
  const experiment = publishedExperiment(states, run, rebuilt);
  // What the notebook had no hyperparameter for has the value that changes nothing: the default.
  const paths = rebuilt.paths.map((path) => ({
    ...path,
    hyperparameters: { ...experiment.method.defaults, ...path.hyperparameters },
  }));
  const system = { ...rebuilt, paths };
  return { experiment, system, names, ids: componentIds(system, names), stored };
}

/** Has the operations of its models counted, where scores depend on them. */
async function countOperations(ledger: Ledger, pool: Pool, { signal }: PoolOptions): Promise<void> {
  const system = recallModels(ledger);
  const { experiment } = currentExperiment(ledger);
  await countFlops(system, system.paths.values(), experiment.method, {
    ledger,
    pool,
    store: storeOf(ledger.directory),
    onEvent: () => {},
    signal,
    clock: () => new Date(),
  });
}
