import { type GrowthFailure, readGrowth } from '../state/growth.js';
import { type Holder, readHolder } from '../state/lock/holder.js';
import type { Ledger } from '../state/record/ledger.js';
import { isFinished, untestedTasks } from '../state/record/recall.js';

/**
 * The activity of a run or branch: a process prepares it, trains children, or tests models; or none
 * grows it, because somebody stopped it, everything is done, or it failed.
 */
export type RunState = 'starting' | 'training' | 'testing' | 'stopped' | 'finished' | 'failed';

/** The state of a branch, and the facts that it follows from. */
export interface RunCondition {
  readonly state: RunState;
  /** The process that grows it now; null when none does. */
  readonly holder: Holder | null;
  /** Why it failed; null in every other state. */
  readonly failure: GrowthFailure | null;
  /** Last sign of progress, ISO 8601 in UTC; null when it is not known. */
  readonly lastProgressAt: string | null;
}

/**
 * Finds the state of a branch. It follows from the lock, which ends with its process, and from the
 * record; a process that was killed leaves nothing behind that could contradict them.
 */
export function conditionOf(ledger: Ledger): RunCondition {
  const lock = readHolder(ledger.directory);
  const holder = lock?.branch === ledger.branch ? lock : null;
  const growth = readGrowth(ledger);
  const lastProgressAt = growth?.lastProgressAt ?? lastRecordedAt(ledger);
  const finished = isFinished(ledger);
  if (holder && !finished) {
    return { state: activityOf(ledger, holder), holder, failure: null, lastProgressAt };
  }
  const failure = finished ? null : (growth?.failure ?? null);
  const state = finished ? 'finished' : failure ? 'failed' : 'stopped';
  return { state, holder, failure, lastProgressAt };
}

/** Returns what the holder does. Models are tested before the next task begins. */
function activityOf(ledger: Ledger, { since }: Holder): 'starting' | 'training' | 'testing' {
  const session = ledger.sessions().at(-1)?.startedAt;
  if (session === undefined || (since !== null && session < since)) return 'starting';
  return untestedTasks(ledger).length > 0 ? 'testing' : 'training';
}

function lastRecordedAt(ledger: Ledger): string | null {
  return ledger.iterations().at(-1)?.endedAt ?? null;
}
