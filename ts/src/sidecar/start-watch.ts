import type { ProcessState } from './process.js';

/** Time between two looks. */
export const LOOK_MILLIS = 100;
const JOIN_SECONDS = 120;
/** Even a start from a cold disk uses the processor more often than that. */
const FROZEN_SECONDS = 20;

/**
 * Watches a worker process until it joins: heartbeats begin only then. Counts looks instead of time,
 * because this process may be held up as well.
 */
export class StartWatch {
  #looks = 0;
  #idleLooks = 0;
  #ticks = 0;

  /** Takes a look; returns why the process has to be replaced, or null. */
  look(state: ProcessState | null): string | null {
    this.#looks++;
    // One that waits for a disk cannot be killed, and goes on by itself.
    const isIdle = state !== null && state.ticks === this.#ticks && state.letter !== 'D';
    this.#idleLooks = isIdle ? this.#idleLooks + 1 : 0;
    this.#ticks = state?.ticks ?? 0;
    if (this.#idleLooks * LOOK_MILLIS > FROZEN_SECONDS * 1000) {
      return `it was frozen for ${FROZEN_SECONDS} s while it started`;
    }
    if (this.#looks * LOOK_MILLIS > JOIN_SECONDS * 1000) {
      return `it did not connect within ${JOIN_SECONDS} s`;
    }
    return null;
  }
}
