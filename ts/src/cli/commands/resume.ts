import type { Command } from 'commander';
import { resume } from '../../run/session.js';
import { findRun } from '../../state/runs.js';
import { wholeNumber } from '../arguments.js';
import { follow } from '../follow.js';
import { folderOf, optionsOf } from '../globals.js';

interface Options {
  readonly workers?: number;
}

export function addResume(program: Command): void {
  program
    .command('resume')
    .description('carry on a run that was stopped, from where its record stands')
    .argument('[run]', 'name or directory of the run, or run:branch (default: the latest)')
    .option('--workers <n>', 'sidecar processes on this machine (default: 1)', wholeNumber)
    .action(async (run: string | undefined, _own: Options, command: Command) => {
      const { workers, ...globals } = optionsOf<Options>(command);
      const directory = findRun(run, folderOf(globals));
      await follow(globals, (options) => resume(directory, { ...options, workers }));
    });
}
