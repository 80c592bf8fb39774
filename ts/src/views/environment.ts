import type { Ledger } from '../state/record/ledger.js';
import type { WorkerRecord } from '../state/record/records.js';

/** Workers of a session that are alike. */
export interface WorkerGroup extends Omit<WorkerRecord, 'name'> {
  readonly count: number;
}

/** A period in which workers grew the run. */
export interface SessionRow {
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly workers: readonly WorkerGroup[];
}

/** Reads what grew a run, oldest first: versions, devices and settings. */
export function environmentOf(ledger: Ledger): readonly SessionRow[] {
  return ledger.sessions().map(({ startedAt, workers }) => {
    const groups = new Map<string, WorkerGroup>();
    for (const { name: _, ...worker } of workers) {
      const key = JSON.stringify(worker);
      groups.set(key, { ...worker, count: (groups.get(key)?.count ?? 0) + 1 });
    }
    return { startedAt, workers: [...groups.values()] };
  });
}
