import type { ComponentId, ComponentName } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import {
  type ChildComponentRecord,
  type ChildRecord,
  isTrained,
  type MeasurementRecord,
} from '../state/record/records.js';

/** A component of a recorded child. */
export interface ChildComponentRow {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameterCount: number;
  /** Where the component comes from. */
  readonly origin: ChildComponentRecord['origin'];
  /** The component that it shares, clones or resamples; null if it is fresh. */
  readonly from: ComponentId | null;
  /** Whether the child trained it; a shared component stays frozen. */
  readonly trained: boolean;
}

/** A child of a committed generation: its sampled choices and its measurements. */
export interface ChildRow {
  readonly pathId: PathId;
  readonly parentId: PathId;
  readonly task: TaskName;
  /** Task iteration of the system's history; counts from 0. */
  readonly iteration: number;
  /** Generation of the task iteration; counts from 0. */
  readonly generation: number;
  readonly hyperparameters: Hyperparameters;
  readonly components: readonly ChildComponentRow[];
  /** Validation accuracy at each validation, in [0, 1]: the learning curve. */
  readonly qualities: readonly number[];
  /** Best validation accuracy; null if it was never validated. */
  readonly quality: number | null;
  /** Score when it was retained; null for a child that was not retained. */
  readonly score: number | null;
  /** Lowest quality at which it would be retained; null if any quality was enough. */
  readonly qualityBar: number | null;
  /** Whether the system kept it when its generation ended. */
  readonly retained: boolean;
  /** Why it was retained or not, in words. */
  readonly reason: string;
  /** Why its training ended early; null if it was complete. */
  readonly failure: string | null;
  /** Seconds of training and validation; 0 for a child whose training failed. */
  readonly trainSeconds: number;
  /** The worker that trained it; null in records of earlier versions. */
  readonly worker: string | null;
}

/** Reads the children of committed generations, oldest first, starting at the path `since`. */
export function childrenOf(ledger: Ledger, since: PathId = 0): readonly ChildRow[] {
  const children = ledger.children(since);
  if (children.length === 0) return [];
  // Read after the children, because a process that grows the run may write in between.
  const measurements = ledger.measurements(since);
  const scores = new Map(ledger.pathOutlines().map(({ id, score }) => [id, score]));
  return children.map((child) => {
    const { measurement = null, worker = null } = measurements.get(child.pathId) ?? {};
    return childRow(child, { measurement, worker, score: scores.get(child.pathId) ?? null });
  });
}

/** Reads one child; null if no committed generation has it. */
export function childOf(ledger: Ledger, pathId: PathId): ChildRow | null {
  const child = ledger.child(pathId);
  if (!child) return null;
  const score = ledger.pathOutlines().find(({ id }) => id === pathId)?.score ?? null;
  return childRow(child, {
    measurement: ledger.measurement(pathId),
    worker: ledger.workerOf(pathId),
    score,
  });
}

/** The outcome of a child, as it is recorded after the child was sampled. */
interface Outcome {
  readonly measurement: MeasurementRecord | null;
  readonly worker: string | null;
  readonly score: number | null;
}

function childRow(child: ChildRecord, { measurement, worker, score }: Outcome): ChildRow {
  const { pathId, parentId, task, iteration, generation, hyperparameters, retained } = child;
  const { qualityBar } = child;
  const qualities = measurement?.qualities ?? [];
  const failure = measurement?.kind === 'diverged' ? measurement.reason : null;
  return {
    pathId,
    parentId,
    task,
    iteration,
    generation,
    hyperparameters,
    components: child.components.map((component) => {
      const { id, name, parameterCount, origin } = component;
      const from = typeof component.from === 'string' ? component.from : null;
      return { id, name, parameterCount, origin, from, trained: isTrained(component) };
    }),
    qualities,
    quality: qualities.length === 0 ? null : Math.max(...qualities),
    score,
    qualityBar,
    retained,
    reason: reasonOf({ qualities, qualityBar, retained, failure }),
    failure,
    trainSeconds: measurement?.kind === 'trained' ? measurement.trainSeconds : 0,
    worker,
  };
}

/** Says why a child was retained or not. */
function reasonOf({
  qualities,
  qualityBar,
  retained,
  failure,
}: Pick<ChildRow, 'qualities' | 'qualityBar' | 'retained' | 'failure'>): string {
  const best =
    qualities.length === 0
      ? 'it was never validated'
      : `its best validation is ${Math.max(...qualities).toFixed(4)}`;
  const failed = failure === null ? '' : `; its training failed: ${failure}`;
  if (qualityBar === null) {
    return retained ? `it had no bar to reach${failed}` : `${best}${failed}`;
  }
  const bar = `its bar was ${qualityBar.toFixed(4)}`;
  return `${best}, ${bar}${failed}`;
}
