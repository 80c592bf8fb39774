import type { Command } from 'commander';
import { branch } from '../../branches/branch.js';
import type { Overrides } from '../../config/index.js';
import { addressOf, formatAddress, findRun } from '../../state/runs.js';
import { branchesOf, statusOf } from '../../views/status.js';
import { statusTable } from '../render/status.js';
import { names, runName } from '../shell/arguments.js';
import { setOption } from '../shell/experiment.js';
import { folderOf, nextCommand, optionsOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly at?: string;
  readonly tasks?: readonly string[];
  readonly set: Overrides;
}

export function addBranch(program: Command): void {
  program
    .command('branch')
    .description(
      'make a branch of a run, to try a method or to add tasks; without a name, list them',
    )
    .argument('[run]', 'run, or the branch to go on from as run:branch (default: the latest run)')
    .argument('[name]', 'name of the new branch', runName)
    .option('--at <point>', 'leave from an earlier point: a task once learned, or as log shows')
    .option('--tasks <names>', 'tasks to learn next, by name: a,b', names)
    .addOption(setOption())
    .action(
      (run: string | undefined, name: string | undefined, _own: Options, command: Command) => {
        const { at, tasks, set, ...globals } = optionsOf<Options>(command);
        const address = findRun(run, folderOf(globals));
        if (name === undefined) {
          const branches = branchesOf(address);
          if (globals.json) printJson(branches);
          else print(...statusTable(branches));
          return;
        }
        branch(address, name, { at, tasks, set });
        const status = statusOf(formatAddress(addressOf(address).directory, name));
        if (globals.json) return printJson(status);
        const next = status.finished
          ? `nothing is left to learn; ${nextCommand(`branch ${status.run} <name> --tasks <names>`, globals)} adds tasks`
          : `${nextCommand(`resume ${status.run}`, globals)} grows it`;
        print(`made ${status.run}; ${next}`);
      },
    );
}
