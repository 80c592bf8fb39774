import type { Command } from 'commander';
import { importPublished } from '../../published/import.js';
import { leaderboardOf } from '../../views/leaderboard.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { runName } from '../shell/arguments.js';
import { folderOf, nextCommand, optionsOf } from '../shell/globals.js';
import { used } from '../shell/interrupt.js';
import { colorsOf, print, printJson } from '../shell/output.js';
import { type Progress, progressOf } from '../shell/progress.js';

interface Options {
  readonly name?: string;
}

export function addImportPublished(program: Command): void {
  program
    .command('import-published')
    .description("make a run of a system that the papers' notebooks mu2Net and mu3Net saved")
    .argument('<folder>', 'of the experiment; of mu2Net, also a state')
    .option('--name <name>', "name of the run (default: the folder's)", runName)
    .action(async (published: string, _own: Options, command: Command) => {
      const { name, ...globals } = optionsOf<Options>(command);
      const folder = folderOf(globals);
      let progress: Progress | undefined;
      const onProgress = (done: number, total: number, unit: string) => {
        progress ??= progressOf(total, unit);
        progress.show(done);
      };
      const directory = await used((signal) =>
        importPublished(published, { name, folder, signal, onProgress }),
      ).finally(() => progress?.clear());
      const board = leaderboardOf(directory);
      if (globals.json) return printJson({ directory, ...board });
      const colors = colorsOf(process.stdout);
      print(
        colors.bold(board.run),
        ...leaderboardLines(board, colors),
        '',
        `continueFrom: ${directory} in a configuration goes on from here`,
        `${nextCommand(`show <task> --run ${board.run}`, globals)} shows a model`,
      );
    });
}
