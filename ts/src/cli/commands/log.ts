import type { BegunEntry, IterationEntry, LogBranch, LogEntry } from '../../index.js';
import { percent, plural, quality } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { valueText } from '../render/changes.js';
import { graphLines } from '../render/graph.js';
import { type Colors, print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

export const log = defineCommand<[run?: string]>({
  name: 'log',
  group: 'look',
  description: 'show the history of a run as a graph: task iterations, branches, changes of method',
  arguments: [RUN_ARGUMENT],
  run([name], globals) {
    const history = openNamedRun(name, globals).log();
    if (globals.json) return printJson(history);
    const screen = screenOf(process.stdout);
    const branches = new Map(history.branches.map((branch) => [branch.name, branch]));
    const textOf = (entry: LogEntry) => entryLines(entry, branches, screen);
    print(...graphLines(history.entries, textOf, screen.width));
  },
});

function entryLines(
  entry: LogEntry,
  branches: ReadonlyMap<string, LogBranch>,
  colors: Colors,
): readonly string[] {
  const names = entry.branches.map((name) => colors.yellow(headText(name, branches.get(name))));
  const heads = names.length > 0 ? ` (${names.join(', ')})` : '';
  return entry.kind === 'iteration'
    ? [iterationLine(entry, heads, colors)]
    : begunLines(entry, heads, colors);
}

function iterationLine(entry: IterationEntry, heads: string, { bold, dim }: Colors): string {
  const { iteration, task, pathId, quality: reached, score, testAccuracy } = entry;
  const children =
    entry.children === 0
      ? 'adopted'
      : `${entry.retained} of ${plural(entry.children, 'child', 'children')} retained`;
  return `${iteration} ${bold(task)}${heads}  test ${percent(testAccuracy)}, validation ${percent(reached)}, score ${quality(score)}  ${dim(`path ${pathId}, ${children}`)}`;
}

function begunLines(entry: BegunEntry, heads: string, { dim }: Colors): readonly string[] {
  const { beginning, changes, tasks } = entry;
  return [
    `${beginningText(beginning)}${heads}  ${dim(`tasks ${tasks.join(', ')}`)}`,
    ...changes
      .filter(({ key }) => key !== 'tasks')
      .map(({ key, before, after }) => `  ${key}: ${valueText(before)} → ${valueText(after)}`),
  ];
}

function beginningText(beginning: BegunEntry['beginning']): string {
  switch (beginning.kind) {
    case 'created':
      return 'created';
    case 'branched':
      return `branched from ${beginning.from}`;
    case 'adopted': {
      const models = beginning.tasks ? `${beginning.tasks.join(', ')} of ` : '';
      return `adopted ${models}${beginning.from}`;
    }
  }
}

function headText(name: string, branch: LogBranch | undefined): string {
  if (!branch || branch.finished) return name;
  if (branch.task === null) return `${name}, not tested yet`;
  const { task, generationsDone, generations } = branch;
  return `${name} at ${task}, ${generationsDone} of ${plural(generations, 'generation')} done`;
}
