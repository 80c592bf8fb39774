import type { Command } from 'commander';
import { type Garbage, gc } from '../../branches/gc.js';
import { findRun, runNameOf } from '../../state/runs.js';
import { bytes, count } from '../../text/format.js';
import { table } from '../../text/table.js';
import { folderOf, nextCommand, optionsOf } from '../shell/globals.js';
import { colorsOf, print, printJson } from '../shell/output.js';

interface Options {
  readonly delete?: true;
}

export function addGc(program: Command): void {
  program
    .command('gc')
    .description('what the store of a run holds that no branch needs; --delete frees it')
    .argument('[run]', 'name or directory of the run (default: the latest)')
    .option('--delete', 'delete it; without, nothing is touched')
    .action((run: string | undefined, _own: Options, command: Command) => {
      const { delete: deletes, ...globals } = optionsOf<Options>(command);
      const address = findRun(run, folderOf(globals));
      const report = gc(address, { delete: deletes });
      if (globals.json) return printJson(report);
      const { unreferenced, orphans, temporary, kept } = report;
      const row = (name: string, { files, bytes: size }: Garbage) => [
        name,
        count(files),
        bytes(size),
      ];
      const [titles = '', ...rows] = table(
        [{ title: '' }, { title: 'files', numeric: true }, { title: 'size', numeric: true }],
        [
          row('of no branch any more', unreferenced),
          row('never recorded', orphans),
          row('half written', temporary),
          row('in use', kept),
        ],
      );
      const garbage = unreferenced.files + orphans.files + temporary.files;
      const then = deletes
        ? 'all but what is in use was deleted'
        : garbage === 0
          ? 'there is nothing to delete'
          : `nothing was deleted; ${nextCommand(`gc ${runNameOf(address)} --delete`, globals)} deletes all but what is in use`;
      print(colorsOf(process.stdout).dim(titles), ...rows, then);
    });
}
