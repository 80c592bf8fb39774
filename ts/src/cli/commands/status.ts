import { join } from 'node:path';
import type { Command } from 'commander';
import { type Status, statusOf } from '../../run/status.js';
import { findRun, listRuns } from '../../state/runs.js';
import { count, plural } from '../format.js';
import { folderOf, type Globals, nextCommand, optionsOf } from '../globals.js';
import { colorsOf, print, printJson } from '../output.js';
import { pairs, table } from '../table.js';

interface Options {
  readonly all?: true;
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how far a run is')
    .argument('[run]', 'name or directory of the run (default: the latest)')
    .option('--all', 'list every run, the latest first')
    .action((run: string | undefined, _own: Options, command: Command) => {
      const { all, ...globals } = optionsOf<Options>(command);
      const folder = folderOf(globals);
      if (all) {
        const runs = listRuns(folder).map((name) => statusOf(join(folder, name)));
        if (globals.json) printJson(runs);
        else print(...listLines(runs, folder));
        return;
      }
      const status = statusOf(findRun(run, folder));
      if (globals.json) printJson(status);
      else print(...statusLines(status, globals));
    });
}

/** A record does not say whether a process works on it; what is said is true of both. */
function stateOf({ finished, task }: Status): string {
  return finished ? 'finished' : `at ${task}`;
}

function listLines(runs: readonly Status[], folder: string): readonly string[] {
  const { dim } = colorsOf(process.stdout);
  if (runs.length === 0) return [`there is no run in ${folder}`];
  const [titles = '', ...rows] = table(
    [
      { title: 'run' },
      { title: 'state' },
      { title: 'children', numeric: true },
      { title: 'started' },
    ],
    runs.map((status) => [
      status.run,
      stateOf(status),
      `${count(status.childrenDone)} of ${count(status.children)}`,
      localTime(status.startedAt),
    ]),
  );
  return [dim(titles), ...rows];
}

function statusLines(status: Status, globals: Globals): readonly string[] {
  const { bold, dim } = colorsOf(process.stdout);
  const { run, directory, experiment, seed, startedAt, finished, task, failures } = status;
  const next = finished ? `leaderboard ${run}` : `resume ${run}`;
  const where = `task iteration ${status.iterationsDone + 1} of ${status.iterations} (${task})`;
  const progress = `${count(status.childrenDone)} of ${plural(status.children, 'child', 'children')} trained, ${count(status.retained)} retained`;
  return [
    `${bold(run)}  ${finished ? 'finished' : where}`,
    ...pairs([
      ...(finished
        ? []
        : [['generations', `${status.generationsDone} of ${status.generations} done`] as const]),
      ['children', progress],
      ['experiment', `${experiment}, seed ${seed}`],
      ['started', localTime(startedAt)],
      ...status.workers
        .slice(0, 1)
        .map(({ engine, devices }) => ['computed', computed(engine, devices)] as const),
      ['directory', directory],
      ...failures.map(
        ({ path, task: name, reason }) => ['failed', `path ${path} of ${name}: ${reason}`] as const,
      ),
    ]).map((line) => `  ${line}`),
    dim(`${finished ? '' : 'if nothing is running: '}${nextCommand(next, globals)}`),
  ];
}

/** How and on what a worker computes: `in bfloat16 on 4 × NVIDIA H200`. */
function computed(
  { precision, devices: used }: Status['workers'][number]['engine'],
  [device]: Status['workers'][number]['devices'],
): string {
  return `in ${precision}${device ? ` on ${used > 1 ? `${used} × ` : ''}${device.kind}` : ''}`;
}

/** A time as the user's clock has it: `2025-03-01 14:05`. */
function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv', { dateStyle: 'short', timeStyle: 'short' });
}
