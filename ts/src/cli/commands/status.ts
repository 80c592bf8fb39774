import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { createLogUpdate } from 'log-update';
import { type Run, type Status, surveyRuns } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { statusLine, statusLines, summaryTable } from '../render/status.js';
import { type Globals, nextCommand, runsFolderOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly all?: true;
  readonly watch?: true;
}

/** Time between two looks of --watch, in milliseconds. */
const INTERVAL = 1_000;

export const status = defineCommand<[run?: string], Options>({
  name: 'status',
  group: 'look',
  description: 'show what a run is doing, and how far it is',
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--all', 'list every run and its branches with sizes, latest first'),
    new Option('--watch', 'show it again every second, until no process grows the run').conflicts(
      'all',
    ),
  ],
  async run([name], { all, watch, ...globals }) {
    if (all) return listAll(globals);
    const run = openNamedRun(name, globals);
    if (watch) return watchRun(run, globals);
    const current = run.status();
    const size = run.size();
    if (globals.json) printJson({ ...current, size });
    else {
      const screen = screenOf(process.stdout);
      print(...statusLines(current, new Date(), screen, size), nextLine(current, globals));
    }
  },
});

function listAll(globals: Globals): void {
  const folder = runsFolderOf(globals);
  const runs = surveyRuns({ folder });
  if (globals.json) printJson(runs);
  else if (runs.length === 0) print(`there is no run in ${folder}`);
  else print(...summaryTable(runs, screenOf(process.stdout)));
}

/** Shows a run again and again, until no process grows it. A pipe gets a line for each change. */
async function watchRun(run: Run, globals: Globals): Promise<void> {
  const isTerminal = process.stdout.isTTY === true && !globals.json;
  const updateLines = isTerminal ? createLogUpdate(process.stdout) : null;
  let shown = '';
  await runStoppable(async (signal) => {
    while (!signal.aborted) {
      const current = run.status();
      const text = globals.json ? JSON.stringify(current) : statusLine(current);
      if (updateLines) {
        updateLines(statusLines(current, new Date(), screenOf(process.stdout)).join('\n'));
      } else if (text !== shown) print(text);
      shown = text;
      if (current.holder === null) return;
      await sleep(INTERVAL, null, { signal }).catch(() => null);
    }
  }).finally(() => updateLines?.done());
  if (!globals.json) print(nextLine(run.status(), globals));
}

function nextLine({ state, run, holder }: Status, globals: Globals): string {
  const words = holder
    ? `stop ${run}`
    : `${state === 'finished' ? 'leaderboard' : 'resume'} ${run}`;
  const { dim } = screenOf(process.stdout);
  return dim(`${nextCommand(words, globals)}${holder ? ' stops it' : ''}`);
}
