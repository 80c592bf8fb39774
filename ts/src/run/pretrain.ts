import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Measurement } from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import {
  exportRootRequest,
  freshInitialisers,
  type Initialiser,
  pretrainRequest,
} from '../requests/pretrain.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { inspectTasks } from './inspect.js';

/** How far a task's turn is. */
export interface PretrainProgress {
  readonly task: TaskName;
  /** Counts from 1. */
  readonly turn: number;
  readonly turns: number;
  readonly step: number;
  readonly steps: number;
  readonly qualities: readonly number[];
}

/** A root model that was trained, and how well it did on each task at the task's last turn. */
export interface PretrainedRoot {
  readonly checkpoint: string;
  readonly qualities: Readonly<Record<TaskName, number>>;
}

/** Where a root model is trained, and who listens. */
export interface PretrainOptions extends PoolOptions {
  /** Called as the root model trains. */
  readonly onProgress?: ((progress: PretrainProgress) => void) | undefined;
}

/**
 * Trains a root model from random weights: every component, on each task of the experiment in turn,
 * `taskIterations` times, with the hyperparameters of the experiment's defaults. Tasks share all but
 * their heads.
 *
 * @param folder gets `model.npz` in AugReg's layout, which `root.checkpoint` takes.
 * @throws Mu2NetError DIVERGED, and whatever reading the data throws.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml');
 * const { checkpoint } = await pretrainRoot(experiment, 'roots/tiny', { pool });
 * const next = loadExperiment('tiny.yaml', { set: { 'root.checkpoint': checkpoint } });
 */
export async function pretrainRoot(
  experiment: Experiment,
  folder: string,
  options: PretrainOptions = {},
): Promise<PretrainedRoot> {
  const store = mkdtempSync(join(tmpdir(), 'mu2net-root-'));
  try {
    return await withPool(options, (pool) => trainRoot(experiment, folder, store, pool, options));
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

async function trainRoot(
  experiment: Experiment,
  folder: string,
  store: string,
  pool: Pool,
  { onProgress = () => {}, signal }: PretrainOptions,
): Promise<PretrainedRoot> {
  const tasks = await inspectTasks(experiment.tasks, pool);
  const body = new Map(freshInitialisers(experiment));
  const heads = new Map<TaskName, Initialiser>();
  const qualities: Record<TaskName, number> = {};
  const turns = experiment.taskIterations * tasks.length;
  let components: readonly TrainedComponent[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const task = tasks[turn % tasks.length] as Task;
    const head = heads.get(task.name);
    const initialisers = new Map([...body, ...(head ? ([['head', head]] as const) : [])]);
    const { measurements } = await pool.execute(
      pretrainRequest(experiment, { turn, task, initialisers }, store),
      {
        onProgress: ({ step, steps, qualities: reached }) =>
          onProgress({ task: task.name, turn: turn + 1, turns, step, steps, qualities: reached }),
        ...(signal && { signal }),
      },
    );
    const measured = requireTrained(measurements[0], task);
    qualities[task.name] = Math.max(...measured.qualities);
    components = measured.components;
    for (const { name, params, trace } of components) {
      const stored: Initialiser = { kind: 'stored', params, trace };
      if (name === 'head') heads.set(task.name, stored);
      else body.set(name, stored);
    }
  }
  const numClasses = tasks.at(-1)?.facts.numClasses ?? 1;
  const target = { folder: resolve(folder), store };
  const { files } = await pool.execute(
    exportRootRequest(experiment, numClasses, components, target),
  );
  return { checkpoint: join(resolve(folder), files[0] ?? ''), qualities };
}

type Trained = Extract<Measurement, { readonly kind: 'trained' }>;
type TrainedComponent = NonNullable<Trained['components']>[number];

/** @throws Mu2NetError DIVERGED when the root model did not learn the task. */
function requireTrained(measurement: Measurement | undefined, task: Task) {
  if (measurement?.kind === 'trained' && measurement.components !== null) {
    return { qualities: measurement.qualities, components: measurement.components };
  }
  throw new Mu2NetError(
    'DIVERGED',
    `the root model diverged on ${task.name}; lower hyperparameters.opt_lr`,
    { task: task.name, key: 'hyperparameters.opt_lr' },
  );
}
