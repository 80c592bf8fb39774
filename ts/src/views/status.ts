import { iterationsOf, visitOf } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';
import type { WorkerRecord } from '../state/record/records.js';
import { conditionOf, type RunCondition } from './run-state.js';

/** The progress of a run, and what it is doing. */
export interface Status extends RunCondition {
  /** `run`, or `run:branch`. */
  readonly run: string;
  readonly directory: string;
  /** The component store: a folder, or a URL such as `s3://bucket/prefix`. */
  readonly store: string;
  /** Branches of the run, including this one. */
  readonly branches: readonly string[];
  readonly experiment: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Workers of the run's last session, with their devices and settings. */
  readonly workers: readonly WorkerRecord[];
  /** Whether every child is trained and every model is tested. */
  readonly finished: boolean;
  /** The task in progress; null when every child is trained. */
  readonly task: TaskName | null;
  readonly iterationsDone: number;
  readonly iterations: number;
  readonly generationsDone: number;
  readonly generations: number;
  readonly childrenDone: number;
  readonly children: number;
  readonly retained: number;
  /**
   * Seconds that the rest of the training will take, if its children take as long as those before
   * them and the run has the workers of its last session; null when no child is measured yet.
   */
  readonly secondsLeft: number | null;
  readonly failures: readonly {
    readonly pathId: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[];
}

/**
 * Reads the progress of a run from its record, and whether a process grows it.
 * @param run the name of the branch: `run`, or `run:branch`.
 */
export function status(ledger: Ledger, run: string): Status {
  const { experiment, firstIteration, createdAt } = currentExperiment(ledger);
  const { method } = experiment;
  const generations = Math.ceil(method.samplesPerTask / method.width);
  const iterations = iterationsOf(experiment);
  const iterationsDone = ledger.iterations().length - firstIteration;
  const { children, retained } = ledger.childCounts(firstIteration);
  const trained = iterationsDone >= iterations;
  const condition = conditionOf(ledger);
  const generationsDone = trained ? 0 : ledger.generations(firstIteration + iterationsDone).length;
  // Children of the trunk from before the method changed are not part of the branch's plan.
  const ahead = Math.max(0, (iterations - iterationsDone) * generations - generationsDone);
  const childrenLeft = ahead * method.width;
  const workers = ledger.sessions().at(-1)?.workers ?? [];
  return {
    ...condition,
    run,
    directory: ledger.directory,
    store: ledger.store(),
    branches: ledger.branches().map(({ name }) => name),
    experiment: experiment.name,
    seed: experiment.seed,
    startedAt: createdAt,
    workers,
    finished: condition.state === 'finished',
    task: trained ? null : (visitOf(experiment, iterationsDone).task?.name ?? null),
    iterationsDone,
    iterations,
    generationsDone,
    generations,
    childrenDone: children,
    children: children + childrenLeft,
    retained,
    secondsLeft: secondsLeft(ledger, childrenLeft, workers.length),
    failures: ledger.divergedChildren(firstIteration),
  };
}

/** Estimates the rest of the training from the children that the branch's experiment trained. */
function secondsLeft(ledger: Ledger, childrenLeft: number, workers: number): number | null {
  const { firstIteration } = currentExperiment(ledger);
  const { children, seconds } = ledger.trainingSince(firstIteration);
  if (childrenLeft === 0) return 0;
  if (children === 0) return null;
  const waiting = Math.max(0, childrenLeft - ledger.pendingMeasurements().length);
  return (waiting * seconds) / children / Math.max(1, workers);
}
