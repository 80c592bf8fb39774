import { join, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { latestRun, openRun, type Run } from '../../index.js';
import { isRun } from '../../state/directory.js';
import { parseAddress } from '../../state/runs.js';
import { isSweep } from '../../sweeps/series.js';
import { plural } from '../../text/format.js';
import { type Globals, nextCommand, runsFolderOf } from './globals.js';
import { note } from './output.js';

/** The argument that names a run or a branch. */
export const RUN_ARGUMENT = new Argument(
  '[run]',
  'name or directory of the run, or run:branch (default: the latest)',
);

/** The argument that names a run, a branch, or a sweep. */
export const RUN_OR_SWEEP_ARGUMENT = new Argument(
  '[run]',
  'name or directory of the run, or run:branch, or name of a sweep (default: the latest run)',
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

/** Whether a name of the command line is that of a sweep or one of its settings, and of no run. */
export function namesSweep(name: string, globals: Globals): boolean {
  const folder = runsFolderOf(globals);
  const { directory } = parseAddress(name);
  return isSweep(folder, name) && ![join(folder, directory), resolve(directory)].some(isRun);
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
