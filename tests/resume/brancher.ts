/**
 * A process that works on the branches of a finished run with the null pool: it creates a branch,
 * grows it, adopts it, drops it and collects garbage. It skips commands whose result already
 * exists. It prints a line after each command that has returned, whose result must never be lost.
 */
import { writeSync } from 'node:fs';
import { adoptBranch } from '../../ts/src/branches/adopt.js';
import { createBranch, dropBranch } from '../../ts/src/branches/branch.js';
import { collectGarbage } from '../../ts/src/branches/collect-garbage.js';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import { resumeRun } from '../../ts/src/run/session.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { currentExperiment } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { poolOf } from '../support/experiments.js';

const [directory = ''] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const branchNames = () =>
  readRun(parseAddress(directory), (ledger) => ledger.branches().map(({ name }) => name));
const isAdopted = () =>
  readRun(
    parseAddress(directory),
    (ledger) => ledger.experiments().at(-1)?.beginning.kind === 'adopted',
  );

try {
  say('begun');
  const before = readRun(parseAddress(directory), (ledger) => currentExperiment(ledger).experiment);
  if (!isAdopted() && !branchNames().includes('other')) {
    const experiment: Experiment = {
      ...before,
      method: { ...before.method, adaptersMutate: true },
    };
    createBranch(parseAddress(directory), 'other', { at: 'a', experiment });
    say('branch');
  }
  if (branchNames().includes('other')) {
    await resumeRun(parseAddress(`${directory}:other`), { pool: poolOf(before) });
    say('resume');
    if (!isAdopted()) {
      adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory));
      say('adopt');
    }
    dropBranch(parseAddress(`${directory}:other`));
    say('drop');
  }
  await collectGarbage(parseAddress(directory), { delete: true });
  say('finished');
} catch (error) {
  say(`failed ${error instanceof Mu2NetError ? error.code : error}`);
}
