import { Argument, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { withProgress } from '../shell/progress.js';
import { MODEL_RUN_OPTION, openModelRun } from '../shell/run.js';

interface Options {
  readonly run?: string;
  readonly format: ExportFormat;
  readonly out?: string;
}

export const exportModel = defineCommand<[task: string], Options>({
  name: 'export',
  group: 'use',
  description: "write a task's model as files that other libraries read",
  arguments: [new Argument('<task>', 'a task of the run')],
  options: [
    new Option('--format <format>', 'format of the files').choices(EXPORT_FORMATS).default('timm'),
    new Option('--out <folder>', 'folder of the files (default: exported/<task>-<format>)'),
    MODEL_RUN_OPTION,
  ],
  async run([task], { run: name, format, out, ...globals }) {
    const run = openModelRun(name, globals);
    const folder = out ?? `exported/${task.replaceAll('/', '_')}-${format}`;
    const files = await withProgress(`exporting ${task}`, globals, () =>
      runStoppable((signal) => run.export(task, { format, folder, signal })),
    );
    if (globals.json) return printJson({ run: run.name, task, format, folder, files });
    print(...files);
  },
});
