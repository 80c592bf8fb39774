import type { Command } from 'commander';
import { leaderboardOf } from '../../run/leaderboard.js';
import { findRun } from '../../state/runs.js';
import { folderOf, optionsOf } from '../globals.js';
import { leaderboardLines } from '../leaderboard.js';
import { colorsOf, print, printJson } from '../output.js';

export function addLeaderboard(program: Command): void {
  program
    .command('leaderboard')
    .description("each task's model: accuracy, parameters, what it shares, lineage")
    .argument('[run]', 'name or directory of the run, or run:branch (default: the latest)')
    .action((run: string | undefined, _own: object, command: Command) => {
      const globals = optionsOf(command);
      const board = leaderboardOf(findRun(run, folderOf(globals)));
      if (globals.json) return printJson(board);
      const colors = colorsOf(process.stdout);
      print(colors.bold(board.run), ...leaderboardLines(board, colors));
    });
}
