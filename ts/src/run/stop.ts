import { hostname } from 'node:os';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mu2NetError } from '../domain/errors.js';
import { type Holder, readHolder } from '../state/lock/holder.js';
import { holderText } from '../state/lock/lock.js';

/** How long `stop` waits. */
export interface StopOptions {
  /** Seconds to wait for the process to end its work; 30 by default. */
  readonly waitSeconds?: number | undefined;
  /** Ends the waiting; the process that was asked stops nevertheless. */
  readonly signal?: AbortSignal | undefined;
}

/** The outcome of `stop`. */
export interface Stopping {
  /** The process that grew the run and has stopped; null when none did. */
  readonly stopped: Holder | null;
}

/** Time between two looks at the lock, in milliseconds. */
const INTERVAL = 100;

/**
 * Asks the process that grows a run to stop, as Ctrl-C does, and waits until it has. The record
 * stays, and the run can be resumed.
 *
 * @throws Mu2NetError RUN_LOCKED when the process is on another machine or belongs to another user,
 *   and when it has not stopped in time.
 */
export async function stopRun(
  directory: string,
  { waitSeconds = 30, signal }: StopOptions = {},
): Promise<Stopping> {
  const holder = readHolder(directory);
  if (holder === null || holder.branch === null) return { stopped: null };
  interrupt(holder, directory);
  const end = Date.now() + 1000 * waitSeconds;
  while (isHeldBy(holder, directory)) {
    if (Date.now() >= end || signal?.aborted) {
      throw refusal(
        directory,
        holder,
        `has been asked to stop, but works on after ${waitSeconds} s; wait, or end it yourself`,
      );
    }
    await sleep(INTERVAL, null, { ...(signal && { signal }) }).catch(() => null);
  }
  return { stopped: holder };
}

function interrupt(holder: Holder, directory: string): void {
  const { pid, host } = holder;
  if (pid === null || host !== hostname()) {
    throw refusal(directory, holder, 'cannot be stopped from this machine; stop it there');
  }
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    // It has just ended by itself.
    if (!isHeldBy(holder, directory)) return;
    const why =
      (error as NodeJS.ErrnoException).code === 'EPERM'
        ? 'belongs to another user'
        : 'cannot be seen from here';
    throw refusal(directory, holder, `${why}; stop it where it was started`);
  }
}

function isHeldBy({ pid, since }: Holder, directory: string): boolean {
  const now = readHolder(directory);
  return now !== null && now.pid === pid && now.since === since;
}

function refusal(directory: string, holder: Holder, why: string): Mu2NetError {
  const run = basename(directory);
  return new Mu2NetError('RUN_LOCKED', `${run}: ${holderText(holder)} ${why}`, {
    run,
    file: directory,
  });
}
