import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ChildRequest, RequestOf } from '../../../protocol/index.js';
import { budgetOf } from '../config/budget.js';
import { componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task, TaskName } from '../domain/task.js';
import { streamsOf } from '../evolution/index.js';
import { type ServingOptions, serving } from '../models/serving.js';
import type { Pool } from '../pool/pool.js';
import {
  architectureRequest,
  augmentationRequest,
  optimizerRequest,
  taskRequest,
} from '../requests/train.js';
import { inspectTasks } from './start.js';

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

export interface PretrainOptions extends ServingOptions {
  readonly onProgress?: ((progress: PretrainProgress) => void) | undefined;
}

/**
 * Trains a root model from random weights: every component, on each task of the experiment in turn,
 * `taskIterations` times, with the hyperparameters of the experiment's defaults. Tasks share all but
 * their heads.
 *
 * @param folder gets `model.npz` in AugReg's layout, which `root.checkpoint` takes.
 * @throws Mu2NetError DIVERGED, and what reading the data throws.
 */
export async function pretrainRoot(
  experiment: Experiment,
  folder: string,
  options: PretrainOptions = {},
): Promise<PretrainedRoot> {
  const store = mkdtempSync(join(tmpdir(), 'mu2net-root-'));
  try {
    return await serving(options, (pool) => train(experiment, folder, store, pool, options));
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

type Initialisers = Map<string, ChildRequest['components'][number]['initialiser']>;

async function train(
  experiment: Experiment,
  folder: string,
  store: string,
  pool: Pool,
  { onProgress = () => {}, signal }: PretrainOptions,
): Promise<PretrainedRoot> {
  const { architecture, method, taskIterations, seed } = experiment;
  const tasks = await inspectTasks(experiment.tasks, pool);
  // A root model has no adapters.
  const names = componentNames({ ...method.defaults, adapter_layers: [] });
  const streams = streamsOf(seed);
  const body: Initialisers = new Map(
    names.map((name) => [name, { kind: 'fresh', seed: streams.seed('pretrain', name) }]),
  );
  const heads = new Map<TaskName, Initialisers>();
  const qualities: Record<TaskName, number> = {};
  const turns = taskIterations * tasks.length;
  let components: RequestOf<'export'>['components'] = [];
  for (let turn = 0; turn < turns; turn++) {
    const task = tasks[turn % tasks.length] as Task;
    const initialisers = new Map([...body, ...(heads.get(task.name) ?? [])]);
    const request = trainRequest(experiment, task, initialisers, store, turn);
    const { measurements } = await pool.execute(request, {
      onProgress: ({ step, steps, qualities: reached }) =>
        onProgress({ task: task.name, turn: turn + 1, turns, step, steps, qualities: reached }),
      ...(signal && { signal }),
    });
    const [measured] = measurements;
    if (measured?.kind !== 'trained' || measured.components === null) {
      throw new Mu2NetError(
        'DIVERGED',
        `the root model diverged on ${task.name}; lower hyperparameters.opt_lr`,
      );
    }
    qualities[task.name] = Math.max(...measured.qualities);
    for (const { name, params, trace } of measured.components) {
      const own = name === 'head' ? new Map() : body;
      own.set(name, { kind: 'stored', params, trace });
      if (name === 'head') heads.set(task.name, own);
    }
    components = measured.components.map(({ name, params }) => ({ name, params }));
  }
  const facts = { ...method.defaults, num_classes: tasks.at(-1)?.facts.numClasses ?? 1 };
  const { files } = await pool.execute({
    kind: 'export',
    store,
    architecture: architectureRequest(architecture, facts),
    components,
    format: 'augreg',
    folder: resolve(folder),
    labels: [],
  });
  return { checkpoint: join(resolve(folder), files[0] ?? ''), qualities };
}

function trainRequest(
  { architecture, method, training, seed }: Experiment,
  task: Task,
  initialisers: Initialisers,
  store: string,
  turn: number,
): RequestOf<'train'> {
  const facts = { ...method.defaults, num_classes: task.facts.numClasses };
  return {
    kind: 'train',
    store,
    task: taskRequest(task, task.facts.numClasses),
    augmentation: augmentationRequest(method.defaults, method),
    budget: { ...budgetOf(training, task.facts) },
    warmupStart: method.warmupStart,
    dataSeed: streamsOf(seed).seed('pretrain', 'data', turn),
    children: [
      {
        path: 0,
        architecture: architectureRequest(architecture, facts),
        components: [...initialisers].map(([name, initialiser]) => ({
          name,
          trainable: true,
          initialiser,
        })),
        optimizer: optimizerRequest(method.defaults),
        qualityBar: null,
      },
    ],
  };
}
