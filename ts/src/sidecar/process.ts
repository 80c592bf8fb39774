import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const POLL_MILLIS = 50;

/** Whether a process runs. One that is dead and that nobody buried does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // After the name, which is in parentheses and may hold anything, stands the state.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    // Not Linux; or it ended between the two looks, and the next one will tell.
    return true;
  }
}

/** Sends a signal to a process, if it is still there. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until a process is gone, for so long at most; tells whether it is. */
export async function gone(pid: number, millis: number): Promise<boolean> {
  const until = performance.now() + millis;
  while (isRunning(pid)) {
    if (performance.now() > until) return false;
    await setTimeout(POLL_MILLIS);
  }
  return true;
}
