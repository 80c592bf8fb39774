import type { Method, MethodParameters, ScoreRule } from '../domain/experiment.js';
import type {
  Action,
  DataHyperparameters,
  Hyperparameters,
  MutationRanges,
} from '../domain/hyperparameters.js';
import type { Path, PathId } from '../domain/path.js';
import type { System } from '../domain/system.js';
import type { Stream } from './streams.js';

/** A measured path with its current score. */
export interface ScoredPath {
  readonly path: Path;
  readonly score: number;
}

/** Candidates for a parent, and their number of children. */
export interface ParentChoice {
  readonly system: System;
  /** The active task's population, best first. */
  readonly population: readonly ScoredPath[];
  /** Paths of other tasks that are not private, and the roots, in the order of the last draw. */
  readonly seedPaths: readonly PathId[];
  /** Returns the number of children that a path already has for the active task. */
  offspring(path: PathId): number;
}

/** The drawn parent, and the seed paths in the order in which the next draw visits them. */
export interface ParentDraw {
  readonly parentId: PathId;
  readonly seedPaths: readonly PathId[];
}

/** Values from which the data hyperparameters of a generation are drawn. */
export interface DataChoice {
  readonly defaults: Hyperparameters;
  /** Data hyperparameters of the task's best path; null before the task has a path. */
  readonly best: DataHyperparameters | null;
  readonly ranges: MutationRanges;
  readonly mutation: Policies['mutation'];
}

/** Decision over an action, and the hyperparameters with the action's learned probability. */
export interface MutationDecision {
  readonly taken: boolean;
  readonly values: Hyperparameters;
}

/** Users of a component besides the task whose parameters are counted. */
export interface ComponentUsers {
  /** Number of other tasks whose retained model lists the component. */
  readonly tasks: number;
  /** Whether a root model lists the component. */
  readonly root: boolean;
}

/** Costs of a path. */
export interface PathCost {
  /** Number of parameters, with shared ones divided among their users. */
  readonly accountedParameters: number;
  /** Operations of the forward pass of one image. */
  readonly flops: number;
}

/**
 * The policies that define a method. Each policy is a pure function of its arguments. It draws only
 * from the given stream, so that a run is a function of (experiment, data).
 */
export interface Policies {
  /** Draws the parent of a child (method §3). */
  readonly parent: (choice: ParentChoice, stream: Stream) => ParentDraw;
  /** Draws the data hyperparameters that the children of a generation share (method §2.2a). */
  readonly data: (choice: DataChoice, stream: Stream) => DataHyperparameters;
  /** Decides whether an action is taken (method §4). */
  readonly mutation: (
    values: Hyperparameters,
    action: Action,
    ranges: MutationRanges,
    stream: Stream,
  ) => MutationDecision;
  /** Returns the number of users among which a component's parameters are divided (method §1). */
  readonly accounting: (users: ComponentUsers) => number;
  /** Returns the factor, at most 1, by which the quality is multiplied to give the score. */
  readonly cost: (cost: PathCost, rule: ScoreRule) => number;
  /** Returns the score at which a child is retained; null retains it always (method §2.2c). */
  readonly bar: (parent: ScoredPath | null) => number | null;
  /** Selects the paths of a ranked population that stay after a generation (method §2.2d). */
  readonly survival: (
    ranking: readonly ScoredPath[],
    method: MethodParameters,
  ) => readonly ScoredPath[];
}

/** A named method: its policies, and defaults for the parameters of a configuration. */
export interface MethodDefinition {
  readonly name: string;
  readonly policies: Policies;
  readonly parameters: MethodParameters;
}

/** A method whose policy names are replaced by the policies themselves. */
export type ResolvedMethod = Omit<Method, 'policies'> & { readonly policies: Policies };
