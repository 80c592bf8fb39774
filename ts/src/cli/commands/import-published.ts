import { Argument, Option } from 'commander';
import { importPublished as importSystem } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { parseRunName } from '../shell/arguments.js';
import { nextCommand, runsFolderOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { doneText, withProgress } from '../shell/progress.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly name?: string;
}

export const importPublished = defineCommand<[published: string], Options>({
  name: 'import-published',
  group: 'grow',
  description: "create a run from a system that the papers' notebooks mu2Net and mu3Net saved",
  arguments: [
    new Argument('<folder>', 'folder of the experiment, or of one state that mu2Net saved'),
  ],
  options: [
    new Option('--name <name>', "name of the run (default: the folder's)").argParser(parseRunName),
  ],
  async run([published], { name, ...globals }) {
    const folder = runsFolderOf(globals);
    const run = await withProgress('importing', globals, (progress) =>
      runStoppable((signal) => {
        const onProgress = (done: number, total: number, unit: string) =>
          progress.show(`importing: ${doneText(done, total, unit)}`);
        return importSystem(published, { name, folder, signal, onProgress });
      }),
    );
    const { directory } = run;
    const board = run.leaderboard();
    if (globals.json) return printJson({ directory, ...board });
    const screen = screenOf(process.stdout);
    print(
      screen.bold(run.name),
      ...leaderboardLines(board, screen),
      '',
      `to continue it, set in a configuration: continueFrom: ${directory}`,
      `${nextCommand(`show <task> --run ${run.name}`, globals)} shows a model`,
    );
  },
});
