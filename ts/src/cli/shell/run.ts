import { Argument, Option } from 'commander';
import { latestRun, openRun, type Run } from '../../index.js';
import { plural } from '../../text/format.js';
import { type Globals, nextCommand, runsFolderOf } from './globals.js';
import { note } from './output.js';

/** The argument that names a run or a branch. */
export const RUN_ARGUMENT = new Argument(
  '[run]',
  'name or directory of the run, or run:branch (default: the latest)',
);

/** The option that names a run or a branch. */
export const RUN_OPTION = new Option(
  '--run <run>',
  'name or directory of the run, or run:branch (default: the latest)',
);

/** The option that names a run whose models are used. */
export const MODEL_RUN_OPTION = new Option(
  '--run <run>',
  'name or directory of the run, or run:branch (default: the latest finished one)',
);

/** Opens the run that the command line names, or else the latest one, and says which that is. */
export function openNamedRun(name: string | undefined, globals: Globals): Run {
  return name === undefined
    ? openLatestRun(globals)
    : openRun(name, { folder: runsFolderOf(globals) });
}

/** Opens the run whose models a command uses: the named one, or else the latest finished one. */
export function openModelRun(name: string | undefined, globals: Globals): Run {
  return name === undefined ? openLatestRun(globals, true) : openNamedRun(name, globals);
}

/** Opens the latest run. For programs, the result has a field with its name. */
function openLatestRun(globals: Globals, finished = false): Run {
  const latest = latestRun({ folder: runsFolderOf(globals), finished });
  if (globals.json) return latest.run;
  for (const { run, message } of latest.unreadable) note(`${run} is passed over: ${message}`);
  const { name } = latest.run;
  if (!finished) note(`this is ${name}, the latest run`);
  else if (!latest.finished) note(`this is ${name}, the latest run; none is finished`);
  else note(`this is ${name}, the latest finished run${laterText(latest.unfinished, globals)}`);
  return latest.run;
}

function laterText(unfinished: readonly string[], globals: Globals): string {
  const [latest] = unfinished;
  if (latest === undefined) return '';
  const others = unfinished.length === 1 ? latest : `${plural(unfinished.length, 'later run')}`;
  return `; ${others} ${unfinished.length === 1 ? 'is' : 'are'} not finished (${nextCommand('status --all', globals)})`;
}
