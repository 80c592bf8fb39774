import type {
  Component,
  ComponentId,
  ComponentName,
  Digest,
  ShapeFacts,
} from '../../domain/component.js';
import type { Experiment } from '../../domain/experiment.js';
import type { DataHyperparameters, Hyperparameters } from '../../domain/hyperparameters.js';
import type { Path, PathId } from '../../domain/path.js';
import type { Splits, TaskName } from '../../domain/task.js';

/** Identity of an experiment in a run's record; counts from 1. */
export type ExperimentId = number;

/** Name of the branch that every new run has. */
export const MAIN = 'main';

/** A point in a history. */
export interface Point {
  /** Number of ended task iterations. */
  readonly iteration: number;
  /** Number of recorded generations of the next iteration. */
  readonly generation: number;
  /** Id of the next child. */
  readonly nextPathId: PathId;
}

/** Beginning of an experiment of a run. */
export type Beginning =
  /** As the first experiment of a new run. */
  | { readonly kind: 'created' }
  /** As a new branch of the branch `from`. */
  | { readonly kind: 'branched'; readonly from: string }
  /** By taking over the branch `from`: all of it, or its models of `tasks`. */
  | { readonly kind: 'adopted'; readonly from: string; readonly tasks: readonly TaskName[] | null };

/** An experiment of a run, and the point in the run's history at which it begins. */
export interface ExperimentRecord {
  readonly id: ExperimentId;
  /** The experiment whose history up to `point` it continues; null starts from a root model. */
  readonly base: ExperimentId | null;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  /** Index of its first task iteration, counted over the system's history. */
  readonly firstIteration: number;
  readonly createdAt: string;
}

/** A branch: a name for an experiment and its history. */
export interface BranchRecord {
  readonly name: string;
  readonly experiment: ExperimentId;
}

/** A recorded root or retained child, living or not. */
export interface PathRecord extends Path {
  /** Index of the task iteration that retained it; null for a root. */
  readonly iteration: number | null;
  /** Score when it was retained; null for a root. */
  readonly score: number | null;
}

/** Fields of a path that are read much faster than a whole path. */
export type PathOutline = Omit<PathRecord, 'hyperparameters' | 'components' | 'quality'>;

/** The score of a living model after a task iteration, as the method of an experiment has it. */
export interface ScoreRecord {
  readonly pathId: PathId;
  readonly score: number;
  /** Number of parameters, with shared ones divided among their users. */
  readonly accountedParameterCount: number;
}

/** A component of a sampled child. */
export interface ChildComponentRecord {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameterCount: number;
  readonly origin: 'shared' | 'cloned' | 'fresh' | 'resampled';
  /** The component that it shares, clones or resamples; the seed if it is fresh. */
  readonly from: ComponentId | number;
}

/** A recorded sampled child, retained or not. */
export interface ChildRecord {
  readonly pathId: PathId;
  readonly parentId: PathId;
  readonly task: TaskName;
  readonly iteration: number;
  readonly generation: number;
  readonly hyperparameters: Hyperparameters;
  /** Lowest quality at which the child is retained; null retains it at any quality. */
  readonly qualityBar: number | null;
  /** In forward order. */
  readonly components: readonly ChildComponentRecord[];
  readonly retained: boolean;
}

/** Numbers of children of a task iteration. */
export interface IterationCount {
  readonly iteration: number;
  readonly children: number;
  readonly retained: number;
}

/** Fields of a child that a graph of all needs; they are read much faster than a whole child. */
export interface ChildOutline {
  readonly pathId: PathId;
  readonly parentId: PathId;
  readonly task: TaskName;
  readonly iteration: number;
  readonly generation: number;
  readonly retained: boolean;
  /** Best validation accuracy; null if it was never validated. */
  readonly quality: number | null;
  /** Score when it was retained; null for a child that was not retained. */
  readonly score: number | null;
  /** Whether its training failed. */
  readonly failed: boolean;
  /** Seconds of training and validation; 0 for a child whose training failed. */
  readonly trainSeconds: number;
  /** null when it is not recorded. */
  readonly worker: string | null;
}

/** The parts of a child that its floating-point operations follow from, which are read faster too. */
export interface ChildWork {
  readonly pathId: PathId;
  readonly task: TaskName;
  readonly hyperparameters: ShapeFacts & Pick<Hyperparameters, 'num_layers' | 'adapter_layers'>;
  readonly components: readonly Pick<ChildComponentRecord, 'name' | 'origin'>[];
}

/** Says whether a child trains a component: it does unless it shares the component. */
export function isTrained({ origin }: Pick<ChildComponentRecord, 'origin'>): boolean {
  return origin !== 'shared';
}

/** A recorded generation of a task iteration. */
export interface GenerationRecord {
  readonly iteration: number;
  readonly generation: number;
  readonly data: DataHyperparameters;
  readonly seedPaths: readonly PathId[];
  /** Paths that left the population. */
  readonly pruned: readonly PathId[];
}

/** A recorded task iteration that has ended. */
export interface IterationRecord {
  readonly id: number;
  readonly task: TaskName;
  readonly bestPathId: PathId;
  readonly endedAt: string;
}

/** An evaluation of a path on a whole split. */
export interface EvaluationRecord {
  readonly pathId: PathId;
  readonly split: keyof Splits;
  readonly correct: number;
  readonly total: number;
  /**
   * One bit per example in the order of the split, from the highest bit of the first byte; 1 means
   * a correct prediction. null in records of schema 2 and earlier, and for imported systems.
   */
  readonly outcomes: Uint8Array | null;
}

/** Results that a model of a task should beat, measured on its whole test split. */
export interface BaselineRecord {
  /** Correct predictions of the class that is most frequent in the train split. */
  readonly majority: number;
  /** Correct predictions of a linear classifier on the root model's features. */
  readonly probe: number;
  readonly total: number;
  /** Those of the linear classifier, as of an evaluation; null in records of schema 6. */
  readonly outcomes: Uint8Array | null;
}

/** A worker at the start of a session. */
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

/** A session: a period in which workers grow the run. */
export interface SessionRecord {
  readonly workers: readonly WorkerRecord[];
  readonly startedAt: string;
}

/** Everything that one transaction records at the end of a generation. */
export interface GenerationCommit {
  readonly generation: GenerationRecord;
  readonly children: readonly ChildRecord[];
  readonly paths: readonly PathRecord[];
  readonly components: readonly Component[];
}

/** A component that a child trained, at its best validation. */
export interface TrainedComponentRecord {
  readonly name: ComponentName;
  readonly parameterCount: number;
  readonly paramsDigest: Digest;
  readonly traceDigest: Digest | null;
}

/** A recorded measurement of a child. */
export type MeasurementRecord =
  | {
      readonly kind: 'trained';
      readonly pathId: PathId;
      /** Top-1 accuracy at each validation. */
      readonly qualities: readonly number[];
      /** The trained components; null when the child did not reach its quality bar. */
      readonly components: readonly TrainedComponentRecord[] | null;
      readonly trainSeconds: number;
      readonly compilations: number;
    }
  | {
      readonly kind: 'diverged';
      readonly pathId: PathId;
      readonly qualities: readonly number[];
      /** As for a trained child; as it began where it has no quality bar and was never validated. */
      readonly components: readonly TrainedComponentRecord[] | null;
      readonly reason: string;
    };

/** A recorded measurement, and the worker that trained the child; null when it is not recorded. */
export interface RecordedMeasurement {
  readonly measurement: MeasurementRecord;
  readonly worker: string | null;
}
