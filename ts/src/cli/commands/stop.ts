import { join } from 'node:path';
import { Option } from 'commander';
import type { Stopping } from '../../index.js';
import { stopRun } from '../../run/stop.js';
import { readHolder } from '../../state/lock/holder.js';
import {
  type Address,
  findDirectory,
  runNameOf,
  runNames,
  startingNames,
} from '../../state/runs.js';
import { defineCommand } from '../define-command.js';
import { holderText } from '../render/status.js';
import { parseWholeNumber } from '../shell/arguments.js';
import { type Globals, nextCommand, runsFolderOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { note, print, printJson } from '../shell/output.js';
import { RUN_ARGUMENT } from '../shell/run.js';

interface Options {
  readonly wait: number;
}

export const stop = defineCommand<[run?: string], Options>({
  name: 'stop',
  group: 'grow',
  description: 'ask the process that grows a run to stop, as Ctrl-C does, and wait until it has',
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--wait <seconds>', 'how long to wait').argParser(parseWholeNumber).default(30),
  ],
  async run([name], { wait, ...globals }) {
    const folder = runsFolderOf(globals);
    const address = name === undefined ? latestGrown(folder, globals) : findDirectory(name, folder);
    if (address === null) return report(null, { stopped: null }, globals);
    const { directory } = address;
    const stopping = await runStoppable((signal) =>
      stopRun(directory, { waitSeconds: wait, signal }),
    );
    report(address, stopping, globals);
  },
});

/** Returns the latest run of a folder that a process grows; null when there is none. */
function latestGrown(folder: string, globals: Globals): Address | null {
  for (const name of [...startingNames(folder), ...runNames(folder)]) {
    const directory = join(folder, name);
    const branch = readHolder(directory)?.branch;
    if (!branch) continue;
    if (!globals.json) note(`this is ${name}, the latest run that a process grows`);
    return { directory, branch };
  }
  return null;
}

function report(address: Address | null, { stopped }: Stopping, globals: Globals): void {
  const branch = stopped?.branch ?? address?.branch;
  const run = address && branch ? runNameOf({ ...address, branch }) : null;
  if (globals.json) {
    printJson({ run, stopped });
    return;
  }
  if (stopped === null) {
    const where = run ?? `a run in ${runsFolderOf(globals)}`;
    print(`no process grows ${where}; nothing was stopped`);
    return;
  }
  const next = nextCommand(`resume ${run}`, globals);
  print(`stopped ${run} (${holderText(stopped)}); ${next} continues it`);
}
