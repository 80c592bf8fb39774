import type { Architecture } from './architecture.js';
import type { ComponentName, Digest } from './component.js';
import type { Hyperparameters, MutationRanges } from './hyperparameters.js';
import type { DataSource, Splits, TaskFacts, TaskName } from './task.js';

/** The policies that tell one evolutionary method from another, in the order of method §2–5. */
export const POLICIES = [
  'parent',
  'data',
  'mutation',
  'accounting',
  'cost',
  'bar',
  'survival',
] as const;
/** The name of a policy of a method. */
export type PolicyName = (typeof POLICIES)[number];

/** What a method has of its own besides its policies, and a configuration may set. */
export interface MethodParameters {
  /** Paths that a task's population keeps after a generation, at most; null keeps all. */
  readonly maxTaskPopulation: number | null;
  /** Learning rate at which a warm-up starts, and a linear schedule ends, as a fraction of the peak. */
  readonly warmupStart: number;
  /** Whether images are augmented as values in [-1, 1] rather than as bytes. */
  readonly normaliseFirst: boolean;
  readonly score: ScoreRule;
}

/** The choices that make up an evolutionary method, as plain data (method §2–5). */
export interface Method extends MethodParameters {
  readonly name: string;
  /** What defines it; null for a method of this package. */
  readonly module: MethodModule | null;
  /** Policies that are those of another method, by its name. */
  readonly policies: Readonly<Partial<Record<PolicyName, string>>>;
  /** Children sampled in one task iteration. */
  readonly samplesPerTask: number;
  /** Children of one generation. */
  readonly width: number;
  /** Whether layers may gain residual adapters by mutation. */
  readonly adaptersMutate: boolean;
  /** Whether layers may lose them again. */
  readonly adaptersRemovable: boolean;
  /** Components that every child clones, whatever the mutation probability. */
  readonly alwaysClone: readonly ComponentName[];
  /** Hyperparameters of the root model. */
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
}

/** The module that defines a method of one's own. */
export interface MethodModule {
  /** Absolute path. */
  readonly file: string;
  /**
   * Of the file, in lower-case hexadecimal; what it imports is not looked at. null in records that
   * were made before it was kept.
   */
  readonly sha256: string | null;
}

/** score = quality × base^(accounted parameters ÷ parametersReference + operations ÷ flopsReference). */
export interface ScoreRule {
  readonly base: number;
  readonly parametersReference: number;
  /** Of the forward pass of one image; null puts no price on them. */
  readonly flopsReference: number | null;
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
  /** In the order of labels; left out where only the data can tell. */
  readonly classNames?: readonly string[];
  /** What the catalogue or the configuration says of the data; null when only the data can tell. */
  readonly facts: TaskFacts | null;
}

/** The file that a root model is read from. */
export interface RootCheckpoint {
  /** Absolute path, URL, or `augreg:` and a query. */
  readonly source: string;
  /** What the file has to hash to; null until it has been read for the first time. */
  readonly sha256: Digest | null;
}

/** A complete experiment: every default is filled in, nothing is left to the environment. */
export interface Experiment {
  readonly name: string;
  /** Below 2^32. */
  readonly seed: number;
  readonly architecture: Architecture;
  /** null initialises the root model at random. */
  readonly checkpoint: RootCheckpoint | null;
  readonly method: Method;
  readonly training: TrainingLimits;
  /** In the order in which each round visits them. */
  readonly tasks: readonly TaskSpec[];
  /** How many times the tasks are visited in order. */
  readonly taskIterations: number;
  /** Task iterations of a task, one after the other, at each visit. */
  readonly cycles: number;
  /** Earlier run, `directory` or `directory:branch`, whose system this continues; null: a root. */
  readonly continueFrom: string | null;
}

/** Task iterations of an experiment, all told. */
export function iterationsOf({ tasks, taskIterations, cycles }: Experiment): number {
  return tasks.length * taskIterations * cycles;
}

/** The task of an experiment's task iteration, counted from 0, and which round of visits it is in. */
export function visitOf({ tasks, cycles }: Experiment, iteration: number) {
  const visit = Math.floor(iteration / cycles);
  return { task: tasks[visit % tasks.length], round: Math.floor(visit / tasks.length) };
}
