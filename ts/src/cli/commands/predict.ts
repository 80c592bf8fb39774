import { Argument, Option } from 'commander';
import type { Prediction } from '../../index.js';
import { percent } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { parseWholeNumber } from '../shell/arguments.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { POOL_OPTIONS, type PoolFlags, poolOf } from '../shell/pool.js';
import { withProgress } from '../shell/progress.js';
import { MODEL_RUN_OPTION, openModelRun } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options extends PoolFlags {
  readonly run?: string;
  readonly task?: string[];
  readonly top: number;
}

export const predict = defineCommand<[images: readonly string[]], Options>({
  name: 'predict',
  group: 'use',
  description:
    'classify images with the models of tasks; layers that models share are computed once',
  arguments: [new Argument('<image...>', 'image files')],
  options: [
    new Option('--task <task...>', 'tasks whose models to use (default: all tasks of the run)'),
    new Option('--top <n>', 'number of classes to show').argParser(parseWholeNumber).default(5),
    MODEL_RUN_OPTION,
    ...POOL_OPTIONS,
  ],
  async run([images], { run: name, task: tasks, top, ...globals }) {
    const run = openModelRun(name, globals);
    const predictions = await withProgress('classifying images', globals, () =>
      runStoppable((signal) => run.predict(images, { tasks, top, signal, pool: poolOf(globals) })),
    );
    if (globals.json) {
      for (const prediction of predictions) printJson({ run: run.name, ...prediction });
    } else print(...predictionLines(predictions, screenOf(process.stdout)));
  },
});

function predictionLines(predictions: readonly Prediction[], screen: Screen): readonly string[] {
  const rows = predictions.flatMap(({ image, task, classes }) =>
    classes.map(({ label, name, probability }, nth) => [
      nth === 0 ? image : '',
      nth === 0 ? task : '',
      name ?? String(label),
      percent(probability, 1),
    ]),
  );
  const titles = [
    { title: 'image', flexible: true },
    { title: 'task' },
    { title: 'class' },
    { title: 'probability', numeric: true },
  ];
  return tableLines(titles, rows, screen);
}
