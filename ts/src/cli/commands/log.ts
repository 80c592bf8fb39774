import type { Command } from 'commander';
import { findRun } from '../../state/runs.js';
import { percent, plural, quality } from '../../text/format.js';
import { type LogBranch, type LogEntry, logOf } from '../../views/log.js';
import { valueText } from '../render/changes.js';
import { graphLines } from '../render/graph.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

export function addLog(program: Command): void {
  program
    .command('log')
    .description('the history of a run as a graph: task iterations, branches, changes of method')
    .argument('[run]', 'name or directory of the run (default: the latest)')
    .action((run: string | undefined, _own: object, command: Command) => {
      const globals = optionsOf(command);
      const log = logOf(findRun(run, folderOf(globals)));
      if (globals.json) return printJson(log);
      const colors = colorsOf(process.stdout);
      const branches = new Map(log.branches.map((branch) => [branch.name, branch]));
      print(...graphLines(log.entries, (entry) => entryText(entry, branches, colors)));
    });
}

function entryText(
  entry: LogEntry,
  branches: ReadonlyMap<string, LogBranch>,
  { bold, dim, yellow }: Colors,
): readonly string[] {
  const names = entry.branches.map((name) => yellow(headText(name, branches.get(name))));
  const heads = names.length > 0 ? ` (${names.join(', ')})` : '';
  if (entry.kind === 'iteration') {
    const { iteration, task, path, quality: reached, score, testAccuracy } = entry;
    const children =
      entry.children === 0
        ? 'adopted'
        : `${entry.retained} of ${plural(entry.children, 'child', 'children')} retained`;
    return [
      `${iteration} ${bold(task)}${heads}  test ${percent(testAccuracy)}, validation ${percent(reached)}, score ${quality(score)}  ${dim(`path ${path}, ${children}`)}`,
    ];
  }
  const { beginning, changes, tasks } = entry;
  const learns = dim(`tasks ${tasks.join(', ')}`);
  const how = {
    founded: () => 'founded',
    branched: () => `branched from ${beginning.kind === 'branched' ? beginning.from : ''}`,
    adopted: () =>
      beginning.kind === 'adopted'
        ? `adopted ${beginning.tasks ? `${beginning.tasks.join(', ')} of ` : ''}${beginning.from}`
        : '',
  }[beginning.kind]();
  return [
    `${how}${heads}  ${learns}`,
    ...changes
      .filter(({ key }) => key !== 'tasks')
      .map(({ key, before, after }) => `  ${key}: ${valueText(before)} → ${valueText(after)}`),
  ];
}

function headText(name: string, branch: LogBranch | undefined): string {
  if (!branch || branch.finished) return name;
  const { task, generationsDone, generations } = branch;
  return `${name} at ${task}, ${generationsDone} of ${plural(generations, 'generation')} done`;
}
