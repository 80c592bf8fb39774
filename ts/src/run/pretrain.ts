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

/** Progress of one turn of pretraining. */
export interface PretrainProgress {
  readonly task: TaskName;
  /** Counts from 1. */
  readonly turn: number;
  readonly turns: number;
  readonly step: number;
  readonly steps: number;
  readonly qualities: readonly number[];
}

/** A trained root model. */
export interface PretrainedRoot {
  /** The file that was written. */
  readonly checkpoint: string;
  /** Best validation accuracy in [0, 1] at the last turn of each task. */
  readonly qualities: Readonly<Record<TaskName, number>>;
}

/** Options of {@link pretrainRoot}. */
export interface PretrainOptions extends PoolOptions {
  /** Called as the root model trains. */
  readonly onProgress?: ((progress: PretrainProgress) => void) | undefined;
}

/**
 * Trains a root model from random weights. It trains all components on each task of the experiment
 * in turn, `taskIterations` times, with the experiment's default hyperparameters. Tasks share all
 * components except the head.
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
    const target = { folder: resolve(folder), store };
    return await withPool(options, (pool) => trainRoot(experiment, target, pool, options));
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** Folder for the checkpoint, and store for the components of all turns. */
interface Target {
  readonly folder: string;
  readonly store: string;
}

async function trainRoot(
  experiment: Experiment,
  target: Target,
  pool: Pool,
  { onProgress = () => {} }: PretrainOptions,
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
      pretrainRequest(experiment, { turn, task, initialisers }, target.store),
      {
        onProgress: ({ step, steps, qualities }) =>
          onProgress({ task: task.name, turn: turn + 1, turns, step, steps, qualities }),
      },
    );
    const trained = requireTrained(measurements[0], task);
    qualities[task.name] = Math.max(...trained.qualities);
    components = trained.components;
    for (const { name, paramsDigest, traceDigest } of components) {
      const stored: Initialiser = { kind: 'stored', paramsDigest, traceDigest };
      if (name === 'head') heads.set(task.name, stored);
      else body.set(name, stored);
    }
  }
  const numClasses = tasks.at(-1)?.facts.numClasses ?? 1;
  const { files } = await pool.execute(
    exportRootRequest(experiment, numClasses, components, target),
  );
  return { checkpoint: join(target.folder, files[0] ?? ''), qualities };
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
