import { Option } from 'commander';
import { listRuns, type Status } from '../../index.js';
import { count, plural } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { localTime, statusTable } from '../render/status.js';
import { pairLines } from '../render/table.js';
import { type Globals, nextCommand, runsFolderOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly all?: true;
}

export const status = defineCommand<[run?: string], Options>({
  name: 'status',
  group: 'look',
  description: 'show the progress of a run',
  arguments: [RUN_ARGUMENT],
  options: [new Option('--all', 'list every run and its branches, latest first')],
  run([name], { all, ...globals }) {
    if (all) return listAll(globals);
    const current = openNamedRun(name, globals).status();
    if (globals.json) printJson(current);
    else print(...statusLines(current, globals));
  },
});

function listAll(globals: Globals): void {
  const folder = runsFolderOf(globals);
  const runs = listRuns({ folder }).flatMap((run) =>
    run.branches().map((branch) => branch.status()),
  );
  if (globals.json) printJson(runs);
  else if (runs.length === 0) print(`there is no run in ${folder}`);
  else print(...statusTable(runs));
}

function statusLines(status: Status, globals: Globals): readonly string[] {
  const screen = screenOf(process.stdout);
  const { bold, dim } = screen;
  const { run, directory, experiment, seed, startedAt, finished, task, branches, failures } =
    status;
  const next = finished ? `leaderboard ${run}` : `resume ${run}`;
  const where = `task iteration ${status.iterationsDone + 1} of ${status.iterations} (${task})`;
  const progress = `${count(status.childrenDone)} of ${plural(status.children, 'child', 'children')} trained, ${count(status.retained)} retained`;
  return [
    `${bold(run)}  ${finished ? 'finished' : where}`,
    ...pairLines(
      [
        ...(finished
          ? []
          : [['generations', `${status.generationsDone} of ${status.generations} done`] as const]),
        ['children', progress],
        ['experiment', `${experiment}, seed ${seed}`],
        ['started', localTime(startedAt)],
        ...status.workers
          .slice(0, 1)
          .map(({ engine, devices }) => ['computed', workerText(engine, devices)] as const),
        ['directory', directory],
        ...(branches.length > 1 ? [['branches', branches.join(', ')] as const] : []),
        ...failures.map(
          ({ pathId, task: name, reason }) =>
            ['failed', `path ${pathId} of ${name}: ${reason}`] as const,
        ),
      ],
      screen,
    ),
    dim(`${finished ? '' : 'if nothing is running: '}${nextCommand(next, globals)}`),
  ];
}

/** Describes a worker's precision and devices: `in bfloat16 on 4 × NVIDIA H200`. */
function workerText(
  { precision, devices: used }: Status['workers'][number]['engine'],
  [device]: Status['workers'][number]['devices'],
): string {
  return `in ${precision}${device ? ` on ${used > 1 ? `${used} × ` : ''}${device.kind}` : ''}`;
}
