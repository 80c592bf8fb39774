import { defineCommand } from '../define-command.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { colorsOf, print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

export const leaderboard = defineCommand<[run?: string]>({
  name: 'leaderboard',
  group: 'look',
  description: "show each task's model: accuracy, parameters, shared parameters, lineage",
  arguments: [RUN_ARGUMENT],
  run([name], globals) {
    const board = openNamedRun(name, globals).leaderboard();
    if (globals.json) return printJson(board);
    const colors = colorsOf(process.stdout);
    print(colors.bold(board.run), ...leaderboardLines(board, colors));
  },
});
