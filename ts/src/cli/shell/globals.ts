import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runsFolder } from '../../index.js';
import type { LogLevel } from './log-level.js';

/** Values of the global options, which every command accepts. */
export interface Globals {
  readonly json?: true;
  readonly trace?: true;
  readonly logLevel?: LogLevel;
  readonly quiet?: true;
  readonly verbose?: true;
  /** Folder of the runs, as the user gave it. */
  readonly runs?: string;
}

/** Returns the values of a command's options and of the global options. */
export function optionsOf<Own = unknown>(command: Command): Globals & Own {
  return command.optsWithGlobals<Globals & Own>();
}

/** Returns how much is shown of work in progress. */
export function logLevelOf({ logLevel, quiet, verbose }: Globals): LogLevel {
  return logLevel ?? (quiet ? 'error' : verbose ? 'debug' : 'info');
}

/** Returns the folder in which a command finds and creates runs. */
export function runsFolderOf({ runs }: Globals): string {
  return runs === undefined ? runsFolder() : resolve(runs);
}

/** Returns a command for the user to type next, for the same folder of runs. */
export function nextCommand(words: string, { runs }: Globals): string {
  return `npx mu2net ${words}${runs === undefined ? '' : ` --runs ${runs}`}`;
}
