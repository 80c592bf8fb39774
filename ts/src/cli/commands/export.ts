import { type Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat, exportModel } from '../../models/export.js';
import { findRun } from '../../state/runs.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { used } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly run?: string;
  readonly format: ExportFormat;
  readonly out?: string;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description("write a task's model as files of their own")
    .argument('<task>', 'a task of the run')
    .addOption(
      new Option('--format <format>', 'of the files').choices(EXPORT_FORMATS).default('timm'),
    )
    .option('--out <folder>', 'where they go (default: exported/<task>-<format>)')
    .option('--run <run>', 'name or directory of the run (default: the latest)')
    .action(async (task: string, _own: Options, command: Command) => {
      const { run, format, out, ...globals } = optionsOf<Options>(command);
      const directory = findRun(run, folderOf(globals));
      const folder = out ?? `exported/${task.replaceAll('/', '_')}-${format}`;
      const files = await used((signal) =>
        exportModel(task, format, folder, directory, { signal }),
      );
      if (globals.json) return printJson({ task, format, folder, files });
      print(...files);
    });
}
