import type { Command } from 'commander';
import { drop } from '../../branches/branch.js';
import { findRun, runNameOf } from '../../state/runs.js';
import { folderOf, nextCommand, optionsOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';

export function addDrop(program: Command): void {
  program
    .command('drop')
    .description('drop a branch; its weights stay until gc')
    .argument('<run:branch>', 'the branch to drop')
    .action((branch: string, _own: object, command: Command) => {
      const globals = optionsOf(command);
      const address = findRun(branch, folderOf(globals));
      const dropped = runNameOf(address);
      drop(address);
      if (globals.json) return printJson({ dropped });
      const run = dropped.slice(0, dropped.lastIndexOf(':'));
      print(`dropped ${dropped}; ${nextCommand(`gc ${run}`, globals)} says what that frees`);
    });
}
