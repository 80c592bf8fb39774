import { iterationsOf, visitOf } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import type { WorkerRecord } from '../state/records.js';

/** The progress of a run. */
export interface Status {
  /** `run`, or `run:branch`. */
  readonly run: string;
  readonly directory: string;
  /** Branches of the run, including this one. */
  readonly branches: readonly string[];
  readonly experiment: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Workers of the run's last session, with their devices and settings. */
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
    readonly pathId: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[];
}

/** Reads the progress of a run from its record, whether or not it is running. */
export function status(ledger: Ledger, run: string): Status {
  const { experiment, firstIteration, createdAt } = currentExperiment(ledger);
  const { method } = experiment;
  const generations = Math.ceil(method.samplesPerTask / method.width);
  const iterations = iterationsOf(experiment);
  const iterationsDone = ledger.iterations().length - firstIteration;
  const { children, retained } = ledger.childCounts(firstIteration);
  const finished = iterationsDone >= iterations;
  const generationsDone = finished ? 0 : ledger.generations(firstIteration + iterationsDone).length;
  // Children of the trunk from before the method changed are not part of the branch's plan.
  const ahead = Math.max(0, (iterations - iterationsDone) * generations - generationsDone);
  return {
    run,
    directory: ledger.directory,
    branches: ledger.branches().map(({ name }) => name),
    experiment: experiment.name,
    seed: experiment.seed,
    startedAt: createdAt,
    workers: ledger.sessions().at(-1)?.workers ?? [],
    finished,
    task: finished ? null : (visitOf(experiment, iterationsDone).task?.name ?? null),
    iterationsDone,
    iterations,
    generationsDone,
    generations,
    childrenDone: children,
    children: children + ahead * method.width,
    retained,
    failures: ledger.divergedChildren(firstIteration),
  };
}
