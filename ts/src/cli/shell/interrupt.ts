import { setImmediate } from 'node:timers/promises';
import { Mu2NetError } from '../../index.js';
import { Stopped } from './failure.js';

/** Exit statuses that a shell reports for a process that a signal ended. */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof STATUS;

/**
 * Does work that signals can stop: the first Ctrl-C, SIGTERM or SIGHUP aborts `signal`, the second
 * ends the process. `stopped` creates the error for work that was cancelled this way.
 */
export async function runInterruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onStopping: () => void,
  stopped: (exitCode: number) => Error,
): Promise<T> {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const onSignal = (signal: Signal) => {
    if (exitCode !== null) process.exit(STATUS[signal]);
    exitCode = STATUS[signal];
    onStopping();
    controller.abort();
  };
  const signals = Object.keys(STATUS) as Signal[];
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    const cancelled = error instanceof Mu2NetError && error.code === 'CANCELLED';
    throw cancelled && exitCode !== null ? stopped(exitCode) : error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** Does work that a signal can stop, and that cannot be continued. */
export function runStoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return runInterruptible(
    work,
    () => {},
    (exitCode) => new Stopped('stopped', exitCode),
  );
}

/**
 * Does work that only looks at things. A signal ends it at once: the work goes on unheard until the
 * process ends.
 */
export function runDisposable<T>(work: () => Promise<T>): Promise<T> {
  return runStoppable(async (signal) => {
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Mu2NetError('CANCELLED', 'stopped')));
    });
    const result = await Promise.race([work(), stopped]);
    // A signal during synchronous work is delivered only now.
    await setImmediate();
    return signal.aborted ? stopped : result;
  });
}
