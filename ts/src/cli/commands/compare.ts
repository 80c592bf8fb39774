import { writeFileSync } from 'node:fs';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { compareSweeps } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { comparisonLines } from '../render/comparison.js';
import { comparisonPlot } from '../render/comparison-plot.js';
import { differenceLines } from '../render/sweep.js';
import { type Globals, runsFolderOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { namesSweep, openNamedRun } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly plot?: string;
}

export const compare = defineCommand<[first: string, others: readonly string[]], Options>({
  name: 'compare',
  group: 'branch',
  description: 'compare branches or runs, task by task, or sweeps over their seeds',
  arguments: [
    new Argument('<first>', 'run, run:branch, or sweep, to compare the others with'),
    new Argument('[others...]', 'runs, run:branch, or sweeps; a sweep alone compares its settings'),
  ],
  options: [new Option('--plot <file>', 'also draw the test accuracies of runs into an SVG file')],
  run([first, others], { plot, ...globals }) {
    const names = [first, ...others];
    const [sweep, ...more] = names.filter((name) => namesSweep(name, globals));
    if (sweep !== undefined) {
      const run = names.find((name) => name !== sweep && !more.includes(name));
      if (run !== undefined)
        throw new InvalidArgumentError(`${sweep} is a sweep, and ${run} is not.`);
      if (plot !== undefined) throw new InvalidArgumentError('--plot draws runs, and no sweeps.');
      return compareOver(names, globals);
    }
    if (others.length === 0) {
      throw new InvalidArgumentError(`${first} is a run; name another to compare it with.`);
    }
    const run = openNamedRun(first, globals);
    const comparison = run.compareWith(...others.map((other) => openNamedRun(other, globals)));
    if (plot !== undefined) writeFileSync(plot, comparisonPlot(comparison));
    if (globals.json) printJson(comparison);
    else print(...comparisonLines(comparison, screenOf(process.stdout)));
  },
});

/** Compares sweeps over their seeds. */
function compareOver(names: readonly string[], globals: Globals): void {
  const comparison = compareSweeps(names, { folder: runsFolderOf(globals) });
  if (globals.json) printJson(comparison);
  else print(...differenceLines(comparison.settings, screenOf(process.stdout)));
}
