import type { Architecture } from './architecture.js';
import type { ComponentName } from './component.js';
import type { Hyperparameters, MutationRanges } from './hyperparameters.js';
import type { DataSource, Splits, TaskFacts, TaskName } from './task.js';

/** The choices that make up an evolutionary method (method §2–5). */
export interface Method {
  readonly name: 'mu2net';
  /** Children sampled in one task iteration. */
  readonly samplesPerTask: number;
  /** Children of one generation. */
  readonly width: number;
  /** Whether layers may gain residual adapters by mutation. */
  readonly adaptersMutate: boolean;
  /** Components that every child clones, whatever the mutation probability. */
  readonly alwaysClone: readonly ComponentName[];
  readonly score: ScoreRule;
  /** Hyperparameters of the root model. */
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
}

/** score = quality × base^(accounted parameters ÷ parametersReference). */
export interface ScoreRule {
  readonly base: number;
  readonly parametersReference: number;
}

/** Limits of a child's training (method §5). */
export interface TrainingLimits {
  readonly batchSize: number;
  readonly maxTrainExamplesBetweenValidations: number;
  readonly validationsPerChild: number;
  readonly maxValidationExamples: number;
}

/** A task as configured: its facts are known once its data has been inspected. */
export interface TaskSpec {
  readonly name: TaskName;
  readonly isPrivate: boolean;
  readonly source: DataSource;
  readonly splits: Splits;
  /** What the catalogue or the configuration says of the data; null when only the data can tell. */
  readonly facts: TaskFacts | null;
}

/** A complete experiment: every default is filled in, nothing is left to the environment. */
export interface Experiment {
  readonly name: string;
  /** Below 2^32. */
  readonly seed: number;
  readonly architecture: Architecture;
  readonly method: Method;
  readonly training: TrainingLimits;
  /** In the order in which each round visits them. */
  readonly tasks: readonly TaskSpec[];
  /** How many times the tasks are visited in order. */
  readonly taskIterations: number;
  /** Earlier run, `directory` or `directory:branch`, whose system this continues; null: a root. */
  readonly continueFrom: string | null;
}
