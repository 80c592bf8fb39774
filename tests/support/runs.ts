import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Experiment, TaskSpec } from '../../ts/src/domain/experiment.js';
import type { System } from '../../ts/src/domain/system.js';
import type { TaskFacts } from '../../ts/src/domain/task.js';
import { NullPool, type NullPoolOptions } from '../../ts/src/pool/null.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import type { RunEvent } from '../../ts/src/run/events.js';
import { grow } from '../../ts/src/run/grow.js';
import { initialiseRoot, inspectTasks } from '../../ts/src/run/start.js';
import { Ledger } from '../../ts/src/state/ledger.js';
import { methodOf, TINY } from './systems.js';

/** The tick of clocks in tests. */
export const EPOCH = new Date(0);

const FACTS: TaskFacts = { numClasses: 5, examples: { train: 640, validation: 100, test: 1000 } };

export function taskOf(name: string, choices: Partial<TaskSpec> = {}): TaskSpec {
  return {
    name,
    isPrivate: false,
    source: { kind: 'npz', path: `/data/${name}.npz` },
    splits: { train: 'train[10%:]', validation: 'train[:10%]', test: 'test' },
    facts: FACTS,
    ...choices,
  };
}

/** A small µ2Net experiment on three tasks, with everything that mutates mutating. */
export function experimentOf(choices: Partial<Experiment> = {}): Experiment {
  return {
    name: 'test',
    seed: 1,
    architecture: TINY,
    method: methodOf({
      samplesPerTask: 6,
      width: 3,
      adaptersMutate: true,
      score: { base: 0.9, parametersReference: 3000 },
      ranges: {
        _mu_: [0.1, 0.2, 0.3, 0.5],
        num_layers: [1, 2, 3, 4],
        adapter_dim: [2, 4, 8],
        opt_lr: [0.001, 0.01, 0.1],
        opt_momentum: [null, 0.5, 0.9],
        ds_image_size: [8, 16, 24],
      },
    }),
    training: {
      batchSize: 64,
      maxTrainExamplesBetweenValidations: 640,
      validationsPerChild: 2,
      maxValidationExamples: 100,
    },
    tasks: ['a', 'b', 'c'].map((name) => taskOf(name)),
    taskIterations: 2,
    continueFrom: null,
    ...choices,
  };
}

/** A null pool that knows the tasks' facts. */
export function poolOf({ tasks }: Experiment, options: NullPoolOptions = {}): NullPool {
  const facts = new Map(tasks.map((task) => [task.name, task.facts ?? FACTS]));
  return new NullPool({ facts, ...options });
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mu2net-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Founds the record of an experiment in memory. */
export async function founded(experiment: Experiment, pool: Pool): Promise<Ledger> {
  const tasks = await inspectTasks(experiment.tasks, pool);
  const root = await initialiseRoot(experiment, pool, 'store');
  const ledger = Ledger.inMemory({ experiment, tasks, root, from: null, createdAt: EPOCH });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Grows the system of a record to the end of its experiment. */
export function grown(
  ledger: Ledger,
  pool: Pool,
  onEvent: (event: RunEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<System> {
  return grow({ ledger, pool, store: 'store', onEvent, signal, clock: () => EPOCH });
}

/** Everything that a record says, timestamps apart. */
export function recordOf(ledger: Ledger) {
  const children = ledger.children();
  const iterations = ledger.iterations().map(({ endedAt, ...iteration }) => iteration);
  return {
    experiments: ledger.experiments().map(({ createdAt, ...experiment }) => experiment),
    tasks: ledger.tasks(),
    paths: ledger.paths(),
    components: ledger.components(),
    children,
    measurements: children.map(({ path }) => ledger.measurement(path)),
    iterations,
    generations: iterations.flatMap(({ id }) => ledger.generations(id)),
    evaluations: ledger.evaluations(),
    uncollected: ledger.uncollected(),
  };
}

/** The record of an experiment that ran from beginning to end without interruption. */
export async function uninterrupted(experiment: Experiment) {
  const pool = poolOf(experiment);
  const ledger = await founded(experiment, pool);
  await grown(ledger, pool);
  return recordOf(ledger);
}
