import { writeFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { defineCommand } from '../define-command.js';
import { comparisonLines } from '../render/comparison.js';
import { comparisonPlot } from '../render/comparison-plot.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly plot?: string;
}

export const compare = defineCommand<[first: string, others: readonly string[]], Options>({
  name: 'compare',
  group: 'branch',
  description: 'compare branches or runs, task by task: quality, size, compute',
  arguments: [
    new Argument('<first>', 'run, or run:branch, to compare the others with'),
    new Argument('<others...>', 'runs, or run:branch'),
  ],
  options: [new Option('--plot <file>', 'also draw the test accuracies into an SVG file')],
  run([first, others], { plot, ...globals }) {
    const run = openNamedRun(first, globals);
    const comparison = run.compareWith(...others.map((other) => openNamedRun(other, globals)));
    if (plot !== undefined) writeFileSync(plot, comparisonPlot(comparison));
    if (globals.json) printJson(comparison);
    else print(...comparisonLines(comparison, screenOf(process.stdout)));
  },
});
