import type { Command } from 'commander';
import { type Prediction, predict } from '../../models/predict.js';
import { findRun } from '../../state/runs.js';
import { percent } from '../../text/format.js';
import { table } from '../../text/table.js';
import { wholeNumber } from '../shell/arguments.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { used } from '../shell/interrupt.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

interface Options {
  readonly run?: string;
  readonly task?: string[];
  readonly top: number;
}

export function addPredict(program: Command): void {
  program
    .command('predict')
    .description('classify images by the models of tasks, which share what they have in common')
    .argument('<image...>', 'image files')
    .option('--task <task...>', 'tasks whose models look (default: all of the run)')
    .option('--top <n>', 'classes to show', wholeNumber, 5)
    .option('--run <run>', 'name or directory of the run (default: the latest)')
    .action(async (images: string[], _own: Options, command: Command) => {
      const { run, task, top, ...globals } = optionsOf<Options>(command);
      const directory = findRun(run, folderOf(globals));
      const predictions = await used((signal) =>
        predict(images, directory, { tasks: task, top, signal }),
      );
      if (globals.json) for (const prediction of predictions) printJson(prediction);
      else print(...predictionLines(predictions, colorsOf(process.stdout)));
    });
}

function predictionLines(predictions: readonly Prediction[], { dim }: Colors): readonly string[] {
  const rows = predictions.flatMap(({ image, task, classes }) =>
    classes.map(({ label, name, probability }, nth) => [
      nth === 0 ? image : '',
      nth === 0 ? task : '',
      name ?? String(label),
      percent(probability, 1),
    ]),
  );
  const titles = [
    { title: 'image' },
    { title: 'task' },
    { title: 'class' },
    { title: 'probability', numeric: true },
  ];
  const [head = '', ...lines] = table(titles, rows);
  return [dim(head), ...lines];
}
