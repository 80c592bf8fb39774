import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const POLL_MILLIS = 50;
/** How long a killed process may take to be gone. */
const KILL_MILLIS = 2000;

/** The state of a process, as Linux tells it. */
export interface ProcessState {
  /** A letter: R runs, S sleeps, D waits for a disk, T is stopped, Z has ended. */
  readonly letter: string;
  /** Processor time that it has used, in hundredths of a second. */
  readonly ticks: number;
}

/** Reads the state of a process; null if there is none, or on a system that does not tell. */
export function readState(pid: number): ProcessState | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The fields follow the name, which is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { letter: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}

/** Whether a process runs. A zombie, which has ended but was not waited for, does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Without a state this is not Linux, or it ended just now and the next look will show it.
  const state = readState(pid);
  return state === null || !'ZX'.includes(state.letter);
}

/** Sends a signal to a process, if it is still there. */
function sendSignal(pid: number, name: NodeJS.Signals): void {
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

/** Asks a process to end, and kills it if it has not within `graceMillis`. */
export async function endProcess(pid: number, graceMillis: number): Promise<void> {
  sendSignal(pid, 'SIGTERM');
  if (!(await waitUntilGone(pid, graceMillis))) await killProcess(pid);
}

/** Kills a process and waits until it is gone. */
export async function killProcess(pid: number): Promise<void> {
  sendSignal(pid, 'SIGKILL');
  await waitUntilGone(pid, KILL_MILLIS);
}
