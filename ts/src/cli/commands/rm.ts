import { createInterface } from 'node:readline/promises';
import { Argument, CommanderError, Option } from 'commander';
import { removeRun, storeElsewhere } from '../../branches/remove-run.js';
import { Mu2NetError } from '../../index.js';
import { readHolder } from '../../state/lock/holder.js';
import { lockedError } from '../../state/lock/lock.js';
import { MAIN } from '../../state/record/records.js';
import { findDirectory, runNameOf } from '../../state/runs.js';
import { type RunSize, sizeOfRun } from '../../state/size.js';
import { bytes } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { sizeText } from '../render/status.js';
import { runsFolderOf } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly yes?: true;
}

export const rm = defineCommand<[run: string], Options>({
  name: 'rm',
  group: 'branch',
  description: 'remove a run for good, with all its branches; shows its size and asks first',
  arguments: [new Argument('<run>', 'name or directory of the run')],
  options: [new Option('--yes', 'do not ask')],
  async run([given], { yes, ...globals }) {
    const address = findDirectory(given, runsFolderOf(globals));
    const { directory, branch } = address;
    const run = runNameOf(address);
    if (branch !== MAIN) {
      throw new Mu2NetError(
        'BRANCH_REFUSED',
        `${run} is a branch, and rm removes whole runs; 'npx mu2net drop ${run}' drops a branch`,
        { run, branch },
      );
    }
    if (readHolder(directory) !== null) throw lockedError(directory);
    if (!yes && !(await isConfirmed(directory, sizeOfRun(directory)))) {
      if (globals.json) return printJson({ run, removed: null });
      return print(`${run} stays`);
    }
    const removed = await removeRun(directory);
    if (globals.json) printJson({ run, removed });
    else print(`removed ${run}, which freed ${bytes(removed.total)}`);
  },
});

/** Asks a person on the terminal whether a run may be removed. */
async function isConfirmed(directory: string, size: RunSize): Promise<boolean> {
  const store = storeElsewhere(directory);
  const what = `${directory} (${sizeText(size)})${store === null ? '' : ` and ${store}`}`;
  if (!process.stdin.isTTY) {
    const message = `to remove ${what} without a question, add --yes`;
    throw new CommanderError(1, 'mu2net.rm', message);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`remove ${what} for good? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
