import { defineCommand } from '../define-command.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

export const leaderboard = defineCommand<[run?: string]>({
  name: 'leaderboard',
  group: 'look',
  description: "show each task's model: accuracy, parameters, shared parameters, lineage",
  arguments: [RUN_ARGUMENT],
  run([name], globals) {
    const board = openNamedRun(name, globals).leaderboard();
    if (globals.json) return printJson(board);
    const screen = screenOf(process.stdout);
    print(screen.bold(board.run), ...leaderboardLines(board, screen));
  },
});
