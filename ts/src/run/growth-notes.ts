import { Mu2NetError } from '../domain/errors.js';
import { type GrowthFailure, writeGrowth } from '../state/growth.js';
import type { Address } from '../state/runs.js';

/** Shortest time between two notes of progress, in milliseconds. */
const INTERVAL = 1_000;

/** Notes of a session, from which other processes see how its branch grows. */
export interface GrowthNotes {
  /** Notes that something was done. */
  progress(): void;
  /** Notes that the session has ended: with an error, or by itself. */
  end(error?: unknown): void;
}

/** Begins to note how a branch grows; forgets its last failure. */
export function noteGrowth(address: Address): GrowthNotes {
  let [last, written] = [Date.now(), 0];
  const write = (failure: GrowthFailure | null) => {
    written = last;
    writeGrowth(address, { lastProgressAt: new Date(last).toISOString(), failure });
  };
  write(null);
  return {
    progress() {
      last = Date.now();
      if (last >= written + INTERVAL) write(null);
    },
    end(error) {
      write(failureOf(error));
    },
  };
}

/** Returns the failure that an error is; null when somebody stopped the session. */
function failureOf(error: unknown): GrowthFailure | null {
  if (error === undefined) return null;
  const code = error instanceof Mu2NetError ? error.code : 'INTERNAL';
  if (code === 'CANCELLED') return null;
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, failedAt: new Date().toISOString() };
}
