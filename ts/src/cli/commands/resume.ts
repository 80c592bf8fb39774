import type { Command } from 'commander';
import { resume } from '../../run/session.js';
import { findRun } from '../../state/runs.js';
import { addSidecarOptions, type SidecarFlags, sidecarOptionsOf } from '../shell/engine.js';
import { follow } from '../shell/follow.js';
import { folderOf, optionsOf } from '../shell/globals.js';

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description('carry on a run that was stopped, from where its record stands')
    .argument('[run]', 'name or directory of the run, or run:branch (default: the latest)');
  addSidecarOptions(command).action(
    async (run: string | undefined, _own: SidecarFlags, command: Command) => {
      const flags = optionsOf<SidecarFlags>(command);
      const directory = findRun(run, folderOf(flags));
      await follow(flags, (options) =>
        resume(directory, { ...options, ...sidecarOptionsOf(flags) }),
      );
    },
  );
}
