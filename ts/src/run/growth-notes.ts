import { Mu2NetError } from '../domain/errors.js';
import { writeGrowth } from '../state/growth.js';
import type { Address } from '../state/runs.js';

/** Shortest time between two notes of progress, in milliseconds. */
const INTERVAL = 1_000;

/** Notes of a session, from which other processes see how its branch grows. */
export interface GrowthNotes {
  /** Notes that something was done. */
  progress(): void;
  /** Notes that the session ended with an error, unless somebody stopped it. */
  fail(error: unknown): void;
}

/** Begins to note how a branch grows; forgets its last failure. */
export function noteGrowth(address: Address): GrowthNotes {
  let noted = Date.now();
  const timeOf = (millis: number) => new Date(millis).toISOString();
  writeGrowth(address, { lastProgressAt: timeOf(noted), failure: null });
  return {
    progress() {
      const now = Date.now();
      if (now < noted + INTERVAL) return;
      noted = now;
      writeGrowth(address, { lastProgressAt: timeOf(noted), failure: null });
    },
    fail(error) {
      const isKnown = error instanceof Mu2NetError;
      if (isKnown && error.code === 'CANCELLED') return;
      const code = isKnown ? error.code : 'INTERNAL';
      const message = error instanceof Error ? error.message : String(error);
      const failure = { code, message, failedAt: timeOf(Date.now()) };
      writeGrowth(address, { lastProgressAt: timeOf(noted), failure });
    },
  };
}
