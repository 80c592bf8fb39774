import { basename } from 'node:path';
import { iterationsOf, visitOf } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/ledger.js';
import { reading } from '../state/ledger.js';
import { followed } from '../state/recall.js';
import type { WorkerRecord } from '../state/records.js';
import { findRun } from '../state/runs.js';

/** How far a run is. */
export interface Status {
  readonly run: string;
  readonly directory: string;
  readonly experiment: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Workers with which the run was last carried on, and how they compute. */
  readonly workers: readonly WorkerRecord[];
  readonly finished: boolean;
  /** The task in progress; null when the run is finished. */
  readonly task: TaskName | null;
  readonly iterationsDone: number;
  readonly iterations: number;
  readonly generationsDone: number;
  readonly generations: number;
  readonly childrenDone: number;
  readonly children: number;
  readonly retained: number;
  readonly failures: readonly {
    readonly path: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[];
}

/** Reads how far a run is from its record, whether or not it is running. */
export function status(ledger: Ledger, run: string): Status {
  const { experiment, firstIteration, createdAt } = followed(ledger);
  const { method } = experiment;
  const generations = Math.ceil(method.samplesPerTask / method.width);
  const iterations = iterationsOf(experiment);
  const iterationsDone = ledger.iterations().length - firstIteration;
  const { children, retained } = ledger.childCounts(firstIteration);
  const finished = iterationsDone === iterations;
  return {
    run,
    directory: ledger.directory,
    experiment: experiment.name,
    seed: experiment.seed,
    startedAt: createdAt,
    workers: ledger.sessions().at(-1)?.workers ?? [],
    finished,
    task: finished ? null : (visitOf(experiment, iterationsDone).task?.name ?? null),
    iterationsDone,
    iterations,
    generationsDone: finished ? 0 : ledger.generations(firstIteration + iterationsDone).length,
    generations,
    childrenDone: children,
    children: iterations * generations * method.width,
    retained,
    failures: ledger.diverged(firstIteration),
  };
}

/** How far a run is of the run in `directory`, or of the latest run. See {@link status}. */
export function statusOf(directory: string = findRun(undefined)): Status {
  return reading(directory, (ledger) => status(ledger, basename(directory)));
}
