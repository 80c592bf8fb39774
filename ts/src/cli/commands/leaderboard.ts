import { sweepSummary } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { standingLines } from '../render/sweep.js';
import { runsFolderOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { namesSweep, openNamedRun, RUN_OR_SWEEP_ARGUMENT } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

export const leaderboard = defineCommand<[run?: string]>({
  name: 'leaderboard',
  group: 'look',
  description: "show each task's model: accuracy, parameters, shared parameters, lineage",
  arguments: [RUN_OR_SWEEP_ARGUMENT],
  run([name], globals) {
    const screen = screenOf(process.stdout);
    if (name !== undefined && namesSweep(name, globals)) {
      const summary = sweepSummary(name, { folder: runsFolderOf(globals) });
      if (globals.json) return printJson(summary);
      return print(screen.bold(summary.sweep), ...standingLines(summary.settings, screen));
    }
    const board = openNamedRun(name, globals).leaderboard();
    if (globals.json) return printJson(board);
    print(screen.bold(board.run), ...leaderboardLines(board, screen));
  },
});
