import type { Component, ComponentId, ComponentName, Digest } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import type { DataHyperparameters, Hyperparameters } from '../domain/hyperparameters.js';
import type { Path, PathId } from '../domain/path.js';
import type { Splits, TaskName } from '../domain/task.js';

/** Identity of an experiment in a run's record: experiments are counted from 1. */
export type ExperimentId = number;

/** The branch that a run is founded with. */
export const MAIN = 'main';

/** A point of a history: what had been decided by then. */
export interface Point {
  /** Task iterations that had ended. */
  readonly iteration: number;
  /** Generations of the next iteration that were committed. */
  readonly generation: number;
  /** Id that the next child gets. */
  readonly path: PathId;
}

/** How an experiment of a run began. */
export type Beginning =
  | { readonly kind: 'founded' }
  /** As a branch of the branch `from`. */
  | { readonly kind: 'branched'; readonly from: string }
  /** By taking over the branch `from`: all of it, or its models of `tasks`. */
  | { readonly kind: 'adopted'; readonly from: string; readonly tasks: readonly TaskName[] | null };

/** An experiment of a run, and where in the run's history it begins. */
export interface ExperimentRecord {
  readonly id: ExperimentId;
  /** The experiment from whose history, up to `point`, it goes on; null: from a root model. */
  readonly base: ExperimentId | null;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  /** The first of its task iterations in the system's count. */
  readonly firstIteration: number;
  readonly createdAt: string;
}

/** A name for an experiment, whose history is the branch's. */
export interface BranchRecord {
  readonly name: string;
  readonly experiment: ExperimentId;
}

/** A root or retained child as recorded, living or not. */
export interface PathRecord extends Path {
  /** Index of the task iteration that retained it; null for a root. */
  readonly iteration: number | null;
  /** Score when it was retained; null for a root. */
  readonly score: number | null;
}

/** A component of a child as it was sampled. */
export interface ChildComponentRecord {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameters: number;
  readonly origin: 'shared' | 'cloned' | 'fresh' | 'resampled';
  /** The component that it shares, copies or resamples; the seed of a fresh one. */
  readonly from: ComponentId | number;
}

/** A sampled child as recorded, whatever it reached. */
export interface ChildRecord {
  readonly path: PathId;
  readonly parent: PathId;
  readonly task: TaskName;
  readonly iteration: number;
  readonly generation: number;
  readonly hyperparameters: Hyperparameters;
  /** The quality from which it was to be retained; null when it was retained whatever it reached. */
  readonly qualityBar: number | null;
  /** In forward order. */
  readonly components: readonly ChildComponentRecord[];
  readonly retained: boolean;
}

/** Whether a child trains a component: all but those that it shares. */
export function isTrained({ origin }: Pick<ChildComponentRecord, 'origin'>): boolean {
  return origin !== 'shared';
}

export interface GenerationRecord {
  readonly iteration: number;
  readonly generation: number;
  readonly data: DataHyperparameters;
  readonly seedPaths: readonly PathId[];
  /** Paths that left the population. */
  readonly pruned: readonly PathId[];
}

/** An ended task iteration. */
export interface IterationRecord {
  readonly id: number;
  readonly task: TaskName;
  readonly best: PathId;
  readonly endedAt: string;
}

/** An evaluation of a path on a whole split. */
export interface EvaluationRecord {
  readonly path: PathId;
  readonly split: keyof Splits;
  readonly correct: number;
  readonly total: number;
  /**
   * Which predictions are correct: a bit per example in the order of the split, from the highest of the
   * first byte on. Null where that was not told.
   */
  readonly outcomes: Uint8Array | null;
}

/** A worker as it was when a session began. */
export interface WorkerRecord {
  readonly name: string;
  readonly versions: Readonly<Record<'sidecar' | 'python' | 'jax', string>>;
  readonly devices: readonly {
    readonly platform: string;
    readonly kind: string;
    readonly memoryBytes: string | null;
  }[];
  readonly engine: {
    readonly precision: 'float32' | 'bfloat16';
    readonly attention: 'xla' | 'cudnn';
    readonly remat: 'none' | 'dots' | 'full';
    readonly devices: number;
  };
}

/** A time that the run was carried on, and by whom. */
export interface SessionRecord {
  readonly workers: readonly WorkerRecord[];
  readonly startedAt: string;
}

/** What one transaction makes durable at the end of a generation. */
export interface GenerationCommit {
  readonly generation: GenerationRecord;
  readonly children: readonly ChildRecord[];
  readonly paths: readonly PathRecord[];
  readonly components: readonly Component[];
}

/** A component that a child trained, as its best validation left it. */
export interface TrainedComponentRecord {
  readonly name: ComponentName;
  readonly parameters: number;
  readonly params: Digest;
  readonly trace: Digest | null;
}

/** A child's measurement as recorded. */
export type MeasurementRecord =
  | {
      readonly kind: 'trained';
      readonly path: PathId;
      /** Top-1 accuracy at each validation. */
      readonly qualities: readonly number[];
      /** null when it never reached its quality bar. */
      readonly components: readonly TrainedComponentRecord[] | null;
      readonly trainSeconds: number;
      readonly compilations: number;
    }
  | {
      readonly kind: 'diverged';
      readonly path: PathId;
      readonly qualities: readonly number[];
      readonly reason: string;
    };
