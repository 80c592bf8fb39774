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

/** A measured path, with its score at this moment. */
export interface ScoredPath {
  readonly path: Path;
  readonly score: number;
}

/** Among whom a parent is drawn. */
export interface ParentChoice {
  readonly system: System;
  /** The active task's population, best first. */
  readonly population: readonly ScoredPath[];
  /** Other tasks' paths that are not private, and the roots, in the order left by the last draw. */
  readonly seedPaths: readonly PathId[];
  /** Children that a path already had for the active task. */
  offspring(path: PathId): number;
}

/** The parent that was drawn, and the seed paths in the order in which the next draw visits them. */
export interface ParentDraw {
  readonly parent: PathId;
  readonly seedPaths: readonly PathId[];
}

/** From what a generation's data hyperparameters are drawn. */
export interface DataChoice {
  readonly defaults: Hyperparameters;
  /** Those of the task's best path; null where it has none yet. */
  readonly best: DataHyperparameters | null;
  readonly ranges: MutationRanges;
  readonly mutation: Policies['mutation'];
}

/** Whether an action is taken, and the hyperparameters with what was learned of its probability. */
export interface MutationDecision {
  readonly taken: boolean;
  readonly values: Hyperparameters;
}

/** Who uses a component besides the task that accounts for it. */
export interface ComponentUsers {
  /** Other tasks whose retained model lists it. */
  readonly tasks: number;
  /** Whether it is a root model's. */
  readonly root: boolean;
}

/** What a path costs. */
export interface PathCost {
  readonly accountedParameters: number;
  /** Operations of the forward pass of one image. */
  readonly flops: number;
}

/**
 * What tells one method from another. Each is a pure function of its arguments: a policy that draws
 * does so from the stream it is given, so that a run stays a function of (experiment, data).
 */
export interface Policies {
  /** Draws the parent of a child (method §3). */
  readonly parent: (choice: ParentChoice, stream: Stream) => ParentDraw;
  /** Draws what the children of a generation share (method §2.2a). */
  readonly data: (choice: DataChoice, stream: Stream) => DataHyperparameters;
  /** Decides whether an action is taken (method §4). */
  readonly mutation: (
    values: Hyperparameters,
    action: Action,
    ranges: MutationRanges,
    stream: Stream,
  ) => MutationDecision;
  /** Among how many a component's parameters are shared out (method §1). */
  readonly accounting: (users: ComponentUsers) => number;
  /** What quality is multiplied by to give the score: constant while a child trains, at most 1. */
  readonly cost: (cost: PathCost, rule: ScoreRule) => number;
  /** The score that a child must reach to be retained; null when it always is (method §2.2c). */
  readonly bar: (parent: ScoredPath | null) => number | null;
  /** Those of a task's ranked population that stay after a generation (method §2.2d). */
  readonly survival: (ranking: readonly ScoredPath[], method: MethodParameters) => readonly ScoredPath[];
}

/** A method by name: its policies, and the parameters that a configuration may leave out. */
export interface MethodDefinition {
  readonly name: string;
  readonly policies: Policies;
  readonly parameters: MethodParameters;
}

/** A method's choices with the policies that they name. */
export type ResolvedMethod = Omit<Method, 'policies'> & { readonly policies: Policies };
