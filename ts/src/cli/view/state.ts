import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { RunEvent, RunEventOf } from '../../index.js';
import { levelOf } from './event-level.js';

/** An event that a view shows: one of the run, or the user's request to stop. */
export type ViewEvent = RunEvent | { readonly type: 'stopping' };

/** A child of the generation in progress. */
export interface ChildView {
  readonly pathId: PathId;
  readonly parentId: PathId;
  readonly parentTask: TaskName | null;
  readonly trainable: readonly string[];
  /** Fraction of its training that is done, in [0, 1]. */
  readonly trained: number;
  readonly qualities: readonly number[];
  /** Becomes retained, discarded or failed when its generation is complete. */
  readonly state: 'waiting' | 'training' | 'trained' | 'retained' | 'discarded' | 'failed';
}

/** A task's best path so far. */
export interface BestView {
  readonly pathId: PathId;
  readonly quality: number;
  readonly score: number;
}

/** The state of the live view. Times are milliseconds on the clock of `reduce`. */
export interface ViewState {
  readonly run: string | null;
  /** The work that is not training, which goes on now; null while children train. */
  readonly phase: RunEventOf<'phase'> | null;
  /** Fraction of the root model's file that is read, in [0, 1]; null before reading begins. */
  readonly rootRead: number | null;
  /** The data that travel to a worker now. */
  readonly sending: RunEventOf<'sending'> | null;
  readonly tasks: readonly TaskName[];
  readonly taskIterations: number;
  /** The task in progress; null before the first. */
  readonly task: TaskName | null;
  readonly taskIteration: number;
  readonly generation: number;
  readonly generations: number;
  readonly children: readonly ChildView[];
  readonly best: ReadonlyMap<TaskName, BestView>;
  /** Test accuracies, in the order in which they were measured. */
  readonly tested: ReadonlyMap<TaskName, number>;
  readonly childrenTotal: number;
  /** Children of complete generations, including those of earlier sessions. */
  readonly childrenDone: number;
  /** Number of these that an earlier session trained. */
  readonly childrenBefore: number;
  /** The message of the worker that was ready last; null before there is one. */
  readonly ready: string | null;
  /** Number of warnings, and the last of them. */
  readonly warnings: number;
  readonly lastWarning: string | null;
  readonly startedAt: number;
  /** When the first generation began; null before that. */
  readonly growingSince: number | null;
  readonly stopping: boolean;
  /** How the session ended; null while it goes on. */
  readonly ended: 'finished' | 'stopped' | null;
}

export function initialState(now: number): ViewState {
  return {
    run: null,
    phase: null,
    rootRead: null,
    sending: null,
    tasks: [],
    taskIterations: 1,
    task: null,
    taskIteration: 1,
    generation: 1,
    generations: 1,
    children: [],
    best: new Map(),
    tested: new Map(),
    childrenTotal: 0,
    childrenDone: 0,
    childrenBefore: 0,
    ready: null,
    warnings: 0,
    lastWarning: null,
    startedAt: now,
    growingSince: null,
    stopping: false,
    ended: null,
  };
}

/** Returns when an event happened, in milliseconds; the user's request happens now. */
export function timeOf(event: ViewEvent): number {
  return event.type === 'stopping' ? Date.now() : Date.parse(event.time);
}

/** Returns the state after an event at time `now`. */
export function reduce(state: ViewState, event: ViewEvent, now: number): ViewState {
  switch (event.type) {
    case 'session':
      return { ...state, run: event.run, startedAt: now };
    case 'phase':
      return { ...state, phase: event, sending: null };
    case 'worker':
      if (event.change === 'ready') return { ...state, ready: event.message };
      return levelOf(event) === 'warn' ? afterWarning(state, event.message) : state;
    case 'warning':
      return afterWarning(state, event.message);
    case 'reading':
      return { ...state, rootRead: event.mebibytes / event.of };
    case 'sending':
      return { ...state, sending: event.mebibytes < event.of ? event : null };
    case 'root':
      return { ...state, rootRead: 1 };
    case 'started':
      return afterStart(state, event);
    case 'generation':
      return afterGeneration(state, event, now);
    case 'progress':
      return afterProgress(state, event);
    case 'child':
      return afterChild(state, event);
    case 'best': {
      const { task, pathId, quality, score } = event;
      return { ...state, best: new Map([...state.best, [task, { pathId, quality, score }]]) };
    }
    case 'tested': {
      // Delete the task first, so that it becomes the last one when it is tested again.
      const tested = new Map(state.tested);
      tested.delete(event.task);
      return { ...state, tested: tested.set(event.task, event.correct / event.total) };
    }
    case 'stopping':
      return { ...state, stopping: true };
    case 'finished':
    case 'stopped':
      return { ...state, phase: null, ended: event.type };
  }
}

function afterWarning(state: ViewState, lastWarning: string): ViewState {
  return { ...state, warnings: state.warnings + 1, lastWarning };
}

function afterStart(state: ViewState, event: RunEventOf<'started'>): ViewState {
  const { run, tasks, taskIterations, children: childrenTotal, childrenDone } = event;
  const counts = { childrenTotal, childrenDone, childrenBefore: childrenDone };
  return { ...state, run, tasks, taskIterations, ...counts };
}

function afterGeneration(
  state: ViewState,
  event: RunEventOf<'generation'>,
  now: number,
): ViewState {
  const { task, taskIteration, generation, generations } = event;
  const children = event.children.map(
    (child): ChildView => ({ ...child, trained: 0, qualities: [], state: 'waiting' }),
  );
  const growingSince = state.growingSince ?? now;
  const place = { task, taskIteration, generation, generations };
  return { ...state, ...place, children, growingSince, phase: null };
}

function afterProgress(state: ViewState, event: RunEventOf<'progress'>): ViewState {
  const { pathId, step, steps, qualities } = event;
  return withChild(state, pathId, {
    trained: step / steps,
    qualities,
    state: step < steps ? 'training' : 'trained',
  });
}

function afterChild(state: ViewState, event: RunEventOf<'child'>): ViewState {
  const { pathId, qualities, retained, failure } = event;
  const verdict = failure !== null ? 'failed' : retained ? 'retained' : 'discarded';
  return {
    ...withChild(state, pathId, { trained: 1, qualities, state: verdict }),
    childrenDone: state.childrenDone + 1,
  };
}

function withChild(state: ViewState, path: PathId, change: Partial<ChildView>): ViewState {
  return {
    ...state,
    children: state.children.map((child) =>
      child.pathId === path ? { ...child, ...change } : child,
    ),
  };
}

const PENDING: ReadonlySet<ChildView['state']> = new Set(['waiting', 'training', 'trained']);

/** Counts the trained children; a child in training counts by the fraction that is done. */
export function childrenTrained({ childrenDone, children }: ViewState): number {
  return children
    .filter(({ state }) => PENDING.has(state))
    .reduce((sum, { trained }) => sum + trained, childrenDone);
}

/**
 * Estimates the seconds until every child is trained, at the pace of this session; null until it
 * has trained one, and when all are trained.
 */
export function secondsLeft(state: ViewState, now: number): number | null {
  const done = childrenTrained(state) - state.childrenBefore;
  const left = state.childrenTotal - state.childrenBefore - done;
  if (state.growingSince === null || done < 1 || left <= 0) return null;
  const pace = (now - state.growingSince) / 1000 / done;
  return pace * left;
}

/** Returns the fraction of all training that is done, in [0, 1]. */
export function fractionTrained(state: ViewState): number {
  return childrenTrained(state) / Math.max(1, state.childrenTotal);
}
