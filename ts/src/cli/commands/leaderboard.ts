import type { Command } from 'commander';
import { findRun } from '../../state/runs.js';
import { leaderboardOf } from '../../views/leaderboard.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { colorsOf, print, printJson } from '../shell/output.js';

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
