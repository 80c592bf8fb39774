import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Option } from 'commander';
import { Mu2NetError, openRun } from '../../index.js';
import { note } from './output.js';

/** Value of the option of a command that grows a run. */
export interface OnFinishFlags {
  readonly onFinish?: string;
}

/** The option that names a command for the end of a session. */
export const ON_FINISH_OPTION = new Option(
  '--on-finish <command>',
  'run this shell command when the session ends, with MU2NET_OUTCOME and other facts in its environment',
);

/** How a session of a run ended. */
export interface SessionEnd {
  /** Name of the run, or `run:branch`. */
  readonly address: string;
  readonly seconds: number;
  /** The error that ended it before the run was finished; null if there was none. */
  readonly error: unknown;
}

/**
 * Runs the command of `--on-finish`, and waits for it. Its output goes to stderr, where it does not
 * mix with results. If it fails, a note says so; the run is not affected.
 */
export async function runOnFinish(command: string, end: SessionEnd): Promise<void> {
  try {
    const env = { ...process.env, ...factsOf(end) };
    const child = spawn(command, { shell: true, stdio: ['ignore', 2, 2], env });
    const [status, signal] = await once(child, 'close');
    if (status !== 0) {
      note(`the command of --on-finish failed (${signal ?? `exit status ${status}`}): ${command}`);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note(`the command of --on-finish could not be run: ${reason}`);
  }
}

/** Returns the facts of a session and its run as environment variables; unknown ones are empty. */
function factsOf({ address, seconds, error }: SessionEnd): Record<string, string> {
  const run = openRun(address);
  const { childrenDone, children } = run.status();
  const { rows, meanTestAccuracy, systemParameterCount } = run.leaderboard();
  const code = error instanceof Mu2NetError ? error.code : 'INTERNAL';
  const isStopped = error !== null && code === 'CANCELLED';
  return {
    MU2NET_OUTCOME: error === null ? 'finished' : isStopped ? 'stopped' : 'failed',
    MU2NET_RUN: run.name,
    MU2NET_DIRECTORY: run.directory,
    MU2NET_SECONDS: seconds.toFixed(1),
    MU2NET_TASKS: String(rows.length),
    MU2NET_CHILDREN_DONE: String(childrenDone),
    MU2NET_CHILDREN: String(children),
    MU2NET_MEAN_TEST_ACCURACY: meanTestAccuracy === null ? '' : String(meanTestAccuracy),
    MU2NET_PARAMETERS: String(systemParameterCount),
    MU2NET_ERROR_CODE: error === null ? '' : code,
    MU2NET_ERROR: error instanceof Error ? error.message : '',
  };
}
