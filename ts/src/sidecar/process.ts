import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const POLL_MILLIS = 50;

/** Whether a process runs. A zombie, which has ended but was not waited for, does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // The state follows the name, which is in parentheses and may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    // This is not Linux, or it ended between the two looks and the next look will show it.
    return true;
  }
}

/** Sends a signal to a process, if it is still there. */
export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until a process is gone, at most `millis`; returns whether it is. */
export async function waitUntilGone(pid: number, millis: number): Promise<boolean> {
  const until = performance.now() + millis;
  while (isRunning(pid)) {
    if (performance.now() > until) return false;
    await setTimeout(POLL_MILLIS);
  }
  return true;
}
