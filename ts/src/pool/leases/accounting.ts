import type { Held } from './holders.js';

/** How a table of leases measures time, and whom it tells. */
export interface Accounting {
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
  /** Called when a worker no longer holds a lease. */
  readonly onReleased?: (release: Release) => void;
}

/** The end of an attempt, whatever came of it. */
export interface Release extends Held {
  readonly seconds: number;
}

/** How many leases of a pool are in each state. */
export interface LeaseCounts {
  readonly waiting: number;
  readonly running: number;
  /** Running ones that take much longer than others did. */
  readonly late: number;
}
