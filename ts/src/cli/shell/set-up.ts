import { createLogUpdate } from 'log-update';
import {
  type SetUp,
  type SetUpOptions,
  type SetUpProgress,
  setUpEnvironment,
} from '../../installation/set-up.js';
import { duration } from '../../text/format.js';
import type { Globals } from './globals.js';
import { runStoppable } from './interrupt.js';
import { note, printJson } from './output.js';

/** How often a line tells that a step goes on, where no terminal shows it. */
const EVERY_SECONDS = 10;

/** Sets up the Python environment, and shows the progress on stderr, or as lines of JSON. */
export async function setUpWithProgress(
  options: Pick<SetUpOptions, 'extras' | 'development'>,
  { json }: Globals,
): Promise<SetUp> {
  const show = json
    ? (progress: SetUpProgress) => printJson({ ...progress, type: 'setup', state: progress.type })
    : progressLines();
  return runStoppable((signal) => setUpEnvironment({ ...options, onProgress: show, signal }));
}

/** Shows progress in one line that changes on a terminal, and in a line now and then elsewhere. */
function progressLines(): (progress: SetUpProgress) => void {
  const live = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;
  return (progress) => {
    if (progress.type === 'working') {
      const { what, seconds, line } = progress;
      if (live) live(`${what} (${seconds} s): ${line}`.slice(0, process.stderr.columns - 1));
      else if (seconds % EVERY_SECONDS === 0) note(`${what}: ${seconds} s: ${line}`);
      return;
    }
    live?.clear();
    if (progress.type === 'waiting') {
      note(`another process sets up ${progress.folder}; waiting for it`);
    } else if (progress.type === 'begin') note(`${progress.what} …`);
    else note(`${progress.what}: done in ${duration(progress.seconds)}`);
  };
}
