import { join } from 'node:path';
import type { Command } from 'commander';
import { findRun, listRuns } from '../../state/runs.js';
import { count, plural } from '../../text/format.js';
import { pairs } from '../../text/table.js';
import { branchesOf, type Status, statusOf } from '../../views/status.js';
import { localTime, statusTable } from '../render/status.js';
import { folderOf, type Globals, nextCommand, optionsOf } from '../shell/globals.js';
import { colorsOf, print, printJson } from '../shell/output.js';

interface Options {
  readonly all?: true;
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how far a run is')
    .argument('[run]', 'name or directory of the run, or run:branch (default: the latest)')
    .option('--all', 'list every run and its branches, the latest first')
    .action((run: string | undefined, _own: Options, command: Command) => {
      const { all, ...globals } = optionsOf<Options>(command);
      const folder = folderOf(globals);
      if (all) {
        const runs = listRuns(folder).flatMap((name) => branchesOf(join(folder, name)));
        if (globals.json) printJson(runs);
        else if (runs.length === 0) print(`there is no run in ${folder}`);
        else print(...statusTable(runs));
        return;
      }
      const status = statusOf(findRun(run, folder));
      if (globals.json) printJson(status);
      else print(...statusLines(status, globals));
    });
}

function statusLines(status: Status, globals: Globals): readonly string[] {
  const { bold, dim } = colorsOf(process.stdout);
  const { run, directory, experiment, seed, startedAt, finished, task, branches, failures } =
    status;
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
      ...(branches.length > 1 ? [['branches', branches.join(', ')] as const] : []),
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
