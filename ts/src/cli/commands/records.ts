import { Option } from 'commander';
import { RECORD_FORMATS, type RecordFormat } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { CHILD_OPTIONS, type ChildFlags, selectionOf } from '../shell/child-selection.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { doneText, withProgress } from '../shell/progress.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

interface Options extends ChildFlags {
  readonly format: RecordFormat;
  readonly out?: string;
}

export const records = defineCommand<[run?: string], Options>({
  name: 'records',
  group: 'use',
  description: 'write what a run recorded, for pandas, TensorBoard, W&B, MLflow or a graph tool',
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--format <format>', 'format of the files').choices(RECORD_FORMATS).default('csv'),
    new Option(
      '--out <path>',
      'the folder, or for graphml the file (default: records/<run>-<format>)',
    ),
    ...CHILD_OPTIONS,
  ],
  async run([name], { format, out, ...globals }) {
    const run = openNamedRun(name, globals);
    const place = out ?? defaultPlace(run.name, format);
    const options = { ...selectionOf(globals), format, out: place };
    const files = await withProgress(`writing ${place}`, globals, (progress) =>
      runStoppable((signal) =>
        run.writeRecords({
          ...options,
          signal,
          onProgress: ({ done, total }) =>
            progress.show(`writing ${place}: ${doneText(done, total, 'children')}`),
        }),
      ),
    );
    if (globals.json) return printJson({ run: run.name, format, files });
    print(...files, ...nextSteps(format, place));
  },
});

function defaultPlace(run: string, format: RecordFormat): string {
  const name = `records/${run.replaceAll(':', '-')}`;
  return format === 'graphml' ? `${name}.graphml` : `${name}-${format}`;
}

/** Says how the tool of a format opens what was written. */
function nextSteps(format: RecordFormat, place: string): readonly string[] {
  switch (format) {
    case 'tensorboard':
      return [`look at it: tensorboard --logdir ${place}`];
    case 'wandb':
      return [`upload it: wandb sync ${place}/wandb/offline-run-*`];
    case 'mlflow':
      return [`look at it: mlflow ui --backend-store-uri sqlite:///${place}/mlflow.db`];
    default:
      return [];
  }
}
