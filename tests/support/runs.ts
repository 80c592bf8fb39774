import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { RequestKind, RequestOf, ResultOf } from '../../protocol/index.js';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import type { System } from '../../ts/src/domain/system.js';
import { cancellable } from '../../ts/src/pool/cancellable.js';
import { Speeds } from '../../ts/src/pool/leases/speeds.js';
import type { ExecuteOptions, Pool } from '../../ts/src/pool/pool.js';
import { createRoot } from '../../ts/src/run/create-root.js';
import type { EventBody, RunEvent } from '../../ts/src/run/events/events.js';
import { stampEvent } from '../../ts/src/run/events/reporter.js';
import { grow } from '../../ts/src/run/growth/grow.js';
import { inspectTasks } from '../../ts/src/run/inspect.js';
import { type GrowOptions, growRun } from '../../ts/src/run/session.js';
import { Ledger } from '../../ts/src/state/record/ledger.js';
import { poolOf } from './experiments.js';

/** The time of clocks in tests. */
export const EPOCH = new Date(0);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}, 300_000);

/** Creates a folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mu2net-'));
  folders.push(folder);
  return folder;
}

/** Creates the record of an experiment, in memory unless a directory is given. */
export async function createRecord(
  experiment: Experiment,
  pool: Pool,
  directory?: string,
): Promise<Ledger> {
  const tasks = await inspectTasks(experiment.tasks, pool);
  const { root } = await createRoot(experiment, 'store', { pool });
  const newRun = { experiment, tasks, root, from: null, createdAt: EPOCH };
  return directory === undefined ? Ledger.inMemory(newRun) : Ledger.create(directory, newRun);
}

/** Grows the system of a record to the end of its experiment. */
export function growToEnd(
  ledger: Ledger,
  pool: Pool,
  onEvent: (event: RunEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<System> {
  const emit = (body: EventBody) => onEvent(stampEvent(body, { run: 'test', branch: 'main' }));
  const stoppable = cancellable(pool, signal);
  const speeds = new Speeds();
  return grow({ ledger, pool: stoppable, store: 'store', speeds, emit, clock: () => EPOCH });
}

/** Grows a run, and returns its directory. */
export async function growDirectory(experiment: Experiment, options: GrowOptions): Promise<string> {
  return (await growRun(experiment, options)).directory;
}

/** Everything that a record says, timestamps apart. */
export function recordOf(ledger: Ledger) {
  const children = ledger.children();
  const iterations = ledger.iterations().map(({ endedAt, ...iteration }) => iteration);
  return {
    experiments: ledger
      .experiments()
      .map(({ experiment, firstIteration }) => ({ experiment, firstIteration })),
    tasks: ledger.tasks(),
    paths: ledger.paths(),
    components: ledger.components(),
    children,
    measurements: children.map(({ pathId }) => ledger.measurement(pathId)),
    iterations,
    generations: iterations.flatMap(({ id }) => ledger.generations(id)),
    evaluations: ledger.evaluations(),
    stored: ledger.storedDigests(),
  };
}

/** Runs an experiment without interruption, and returns its record. */
export async function uninterruptedRecord(experiment: Experiment) {
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  await growToEnd(ledger, pool);
  return recordOf(ledger);
}

/**
 * Returns a pool that calls `execute` before each request of `pool`; an error replaces the request.
 */
export function interceptRequests(
  pool: Pool,
  execute: (request: RequestOf<RequestKind>) => Promise<void>,
): Pool {
  return {
    workers: () => pool.workers(),
    close: () => pool.close(),
    execute: async <K extends RequestKind>(
      request: RequestOf<K>,
      options?: ExecuteOptions,
    ): Promise<ResultOf<K>> => {
      await execute(request as RequestOf<RequestKind>);
      return pool.execute(request, options);
    },
  };
}
