import type { Command } from 'commander';
import { adopt } from '../../branches/adopt.js';
import { MAIN } from '../../state/records.js';
import { addressOf, formatAddress, findRun } from '../../state/runs.js';
import { statusOf } from '../../views/status.js';
import { names, runName } from '../shell/arguments.js';
import { folderOf, nextCommand, optionsOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly tasks?: readonly string[];
  readonly into: string;
}

export function addAdopt(program: Command): void {
  program
    .command('adopt')
    .description('go on from a branch: with all of its system and method, or with some models')
    .argument('<run:branch>', 'the branch to adopt')
    .option('--tasks <names>', 'adopt the models of these tasks alone: a,b', names)
    .option('--into <branch>', 'the branch that adopts', runName, MAIN)
    .action((branch: string, _own: Options, command: Command) => {
      const { tasks, into, ...globals } = optionsOf<Options>(command);
      const address = findRun(branch, folderOf(globals));
      adopt(address, { tasks, into });
      const status = statusOf(formatAddress(addressOf(address).directory, into));
      if (globals.json) return printJson(status);
      const what = tasks === undefined ? branch : `${tasks.join(', ')} of ${branch}`;
      const next = status.finished ? `leaderboard ${status.run}` : `resume ${status.run}`;
      print(`${status.run} has adopted ${what}; ${nextCommand(next, globals)}`);
    });
}
