import type { Architecture } from './architecture.js';
import type { ComponentName, Digest } from './component.js';
import type { Hyperparameters, MutationRanges } from './hyperparameters.js';
import type { DataSource, Splits, TaskFacts, TaskName } from './task.js';

/** Names of the policies that define an evolutionary method, in the order of method §2–5. */
export const POLICIES = [
  'parent',
  'data',
  'mutation',
  'accounting',
  'cost',
  'bar',
  'survival',
] as const;
/** Name of a policy. */
export type PolicyName = (typeof POLICIES)[number];

/** Parameters of a method besides its policies; a configuration may set them. */
export interface MethodParameters {
  /** Largest number of paths that a task's population keeps after a generation; null keeps all. */
  readonly maxTaskPopulation: number | null;
  /** Start of a warm-up and end of a linear schedule, as a fraction of the peak learning rate. */
  readonly warmupStart: number;
  /** Whether augmentation works on values in [-1, 1] instead of bytes. */
  readonly normaliseFirst: boolean;
  readonly score: ScoreRule;
}

/** An evolutionary method as plain data (method §2–5). */
export interface Method extends MethodParameters {
  readonly name: string;
  /** The module that defines the method; null for a method of this package. */
  readonly module: MethodModule | null;
  /** Policies taken from another method: policy name → method name. */
  readonly policies: Readonly<Partial<Record<PolicyName, string>>>;
  /** Number of children sampled in one task iteration. */
  readonly samplesPerTask: number;
  /** Number of children in one generation. */
  readonly width: number;
  /** Whether layers may gain residual adapters by mutation. */
  readonly adaptersMutate: boolean;
  /** Whether layers may lose residual adapters by mutation. */
  readonly adaptersRemovable: boolean;
  /** Components that every child clones, independently of the mutation probability. */
  readonly alwaysClone: readonly ComponentName[];
  /** Hyperparameters of the root model. */
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
}

/** The user's module that defines a method. */
export interface MethodModule {
  /** Absolute path. */
  readonly file: string;
  /**
   * Hash of the file's contents, in lower-case hexadecimal; imported files are not included. null
   * in records of schema 2 and earlier.
   */
  readonly sha256: string | null;
}

/** score = quality × base^(accountedParameters ÷ parametersReference + flops ÷ flopsReference). */
export interface ScoreRule {
  readonly base: number;
  readonly parametersReference: number;
  /** Reference for the operations of one image's forward pass; null leaves operations out. */
  readonly flopsReference: number | null;
}

/** Limits of a child's training (method §5). */
export interface TrainingLimits {
  readonly batchSize: number;
  readonly maxTrainExamplesBetweenValidations: number;
  readonly validationsPerChild: number;
  readonly maxValidationExamples: number;
}

/** A task as configured: its splits and facts are complete once its data has been inspected. */
export interface TaskSpec {
  readonly name: TaskName;
  readonly isPrivate: boolean;
  readonly source: DataSource;
  /** null until the data has been inspected: then they are chosen from its base splits. */
  readonly splits: Splits | null;
  /** Names of the classes in the order of labels; absent when only the data has them. */
  readonly classNames?: readonly string[];
  /** Facts that the catalogue or the configuration states; null when only the data has them. */
  readonly facts: TaskFacts | null;
}

/** The checkpoint file of a root model. */
export interface RootCheckpoint {
  /** Absolute path, URL, name such as `timm:vit_tiny_patch16_224`, or `augreg:` and a query. */
  readonly source: string;
  /** Expected hash of the file; null until the file has been read for the first time. */
  readonly sha256: Digest | null;
}

/** Whether a worker fetches a checkpoint, because its source is a URL, a name or a query. */
export function isFetched(source: string): boolean {
  return /^(?:augreg|timm|hf):|:\/\//.test(source);
}

/** A complete experiment: it contains every default and does not depend on the environment. */
export interface Experiment {
  readonly name: string;
  /** Below 2^32. */
  readonly seed: number;
  readonly architecture: Architecture;
  /** The root model's checkpoint; null initialises the root model at random. */
  readonly checkpoint: RootCheckpoint | null;
  readonly method: Method;
  readonly training: TrainingLimits;
  /** The tasks in the order in which each round visits them. */
  readonly tasks: readonly TaskSpec[];
  /** Number of rounds; each round visits all tasks in order. */
  readonly taskIterations: number;
  /** Number of consecutive task iterations at each visit of a task. */
  readonly cycles: number;
  /** Address of the earlier run whose system this continues; null starts from a root model. */
  readonly continueFrom: string | null;
}

/** Returns the total number of task iterations of an experiment. */
export function iterationsOf({ tasks, taskIterations, cycles }: Experiment): number {
  return tasks.length * taskIterations * cycles;
}

/**
 * Returns the task and the round of a task iteration. The iteration and the round count from 0
 * within the experiment.
 */
export function visitOf({ tasks, cycles }: Experiment, iteration: number) {
  const visit = Math.floor(iteration / cycles);
  return { task: tasks[visit % tasks.length], round: Math.floor(visit / tasks.length) };
}
