import { Argument, Option } from 'commander';
import { openRun, type Run } from '../../index.js';
import { type Globals, runsFolderOf } from './globals.js';

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

/** Opens the run that the command line names. */
export function openNamedRun(name: string | undefined, globals: Globals): Run {
  return openRun(name, { folder: runsFolderOf(globals) });
}
