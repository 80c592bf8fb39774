import { Mu2NetError } from '../../domain/errors.js';
import { Stopped } from './failure.js';

/** Exit status that a shell reports for a process ended by each signal. */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof STATUS;

/**
 * Does work that the first Ctrl-C (or SIGTERM, or SIGHUP) asks to stop, through `signal`, and the
 * second ends at once. `stopped` makes the error that says that the work was cancelled so.
 */
export async function interruptible<T>(
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

/** Does work on models that a signal stops; it leaves nothing behind to go on from. */
export function used<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return interruptible(
    work,
    () => {},
    (exitCode) => new Stopped('stopped', exitCode),
  );
}
