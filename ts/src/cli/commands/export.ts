import { Argument, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from '../../index.js';
import { plural } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import { defineCommand } from '../define-command.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { POOL_OPTIONS, type PoolFlags, poolOf } from '../shell/pool.js';
import { withProgress } from '../shell/progress.js';
import { MODEL_RUN_OPTION, openModelRun } from '../shell/run.js';
import { widthOfStream } from '../shell/screen.js';

interface Options extends PoolFlags {
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
    ...POOL_OPTIONS,
  ],
  async run([task], { run: name, format, out, ...globals }) {
    const run = openModelRun(name, globals);
    const folder = out ?? `exported/${task.replaceAll('/', '_')}-${format}`;
    const files = await withProgress(`exporting ${task}`, globals, () =>
      runStoppable((signal) => run.export(task, { format, folder, signal, pool: poolOf(globals) })),
    );
    const names = run.show(task).components.map((component) => component.name);
    const adapters = names.filter((name) => name.startsWith('residual_adapter_'));
    if (globals.json) return printJson({ run: run.name, task, format, folder, files, adapters });
    print(...files, ...adapterNote(format, adapters.length, widthOfStream(process.stdout)));
  },
});

/** Where each format keeps residual adapters, which no other library knows. */
const ADAPTERS: Readonly<Record<ExportFormat, string>> = {
  timm: 'timm does not know: attach them as adapters.py shows; without them the predictions are different',
  transformers:
    'transformers does not know: attach them as adapters.py shows; without them the predictions are different',
  augreg:
    "are in model.npz under the names of the papers' code; other readers of AugReg ignore them",
  stablehlo: 'are part of the program',
  onnx: 'are part of the graph',
};

/** Says that a model has adapters and where they are; nothing if it has none. */
function adapterNote(
  format: ExportFormat,
  adapters: number,
  width: number | undefined,
): readonly string[] {
  if (adapters === 0) return [];
  const which = `the model has ${plural(adapters, 'residual adapter')}, which`;
  return wrapText(`${which} ${ADAPTERS[format]}`, width);
}
