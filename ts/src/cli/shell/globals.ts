import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runsFolder } from '../../index.js';

/** Values of the options that every command takes. */
export interface Globals {
  readonly json?: true;
  readonly trace?: true;
  /** Folder of the runs, as given. */
  readonly runs?: string;
}

/** Returns the values of a command's options, with those that every command takes. */
export function optionsOf<Own = unknown>(command: Command): Globals & Own {
  return command.optsWithGlobals<Globals & Own>();
}

/** Folder in which a command looks for runs and makes them. */
export function folderOf({ runs }: Globals): string {
  return runs === undefined ? runsFolder() : resolve(runs);
}

/** A command to type next, about the same folder of runs. */
export function nextCommand(words: string, { runs }: Globals): string {
  return `npx mu2net ${words}${runs === undefined ? '' : ` --runs ${runs}`}`;
}
