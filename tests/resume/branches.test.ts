import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { streamsOf } from '../../ts/src/evolution/index.js';
import { storeOf } from '../../ts/src/state/directory.js';
import { type Ledger, readRun } from '../../ts/src/state/record/ledger.js';
import { digestsOf } from '../../ts/src/state/record/reach.js';
import { recallSystem } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { readStore } from '../../ts/src/state/store.js';
import { logOf } from '../../ts/src/views/log.js';
import { experimentOf, poolOf, taskOf } from '../support/experiments.js';
import { growDirectory, recordOf, temporaryFolder } from '../support/runs.js';
import { choicesOf } from '../support/systems.js';
import { times } from '../support/thorough.js';
import { buildScript } from './processes.js';

const brancher = buildScript('brancher');
const experiment = experimentOf({
  taskIterations: 1,
  tasks: [taskOf('a'), taskOf('b')],
  method: choicesOf({ samplesPerTask: 6, width: 3 }),
});

/** A finished run, with a file in its store for every object that is recorded. */
async function createFinishedRun(): Promise<string> {
  const directory = await growDirectory(experiment, {
    folder: temporaryFolder(),
    pool: poolOf(experiment),
  });
  for (const digest of readRun(parseAddress(directory), (ledger) => ledger.storedDigests())) {
    const file = join(storeOf(directory), digest.slice(0, 2), `${digest}.safetensors`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, digest);
  }
  return directory;
}

/** Returns the record, the branches and the stored files of a run, without timestamps. */
const outcomeOf = (directory: string) => ({
  record: readRun(parseAddress(directory), recordOf),
  branches: openRun(directory)
    .branches()
    .map((branch) => branch.status())
    .map(({ startedAt, lastProgressAt, directory: _, store: __, ...status }) => status),
  files: readStore(storeOf(directory))
    .files.map(({ digest }) => digest)
    .sort(),
});

let expected: ReturnType<typeof outcomeOf>;
beforeAll(async () => {
  const directory = await createFinishedRun();
  expect(await brancher.run([directory])).toEqual([
    'begun',
    'branch',
    'resume',
    'adopt',
    'drop',
    'finished',
  ]);
  expected = outcomeOf(directory);
});

/**
 * Expects that the record can be read, has all acknowledged commands and lacks no needed object.
 */
function expectWhole(directory: string, acknowledged: ReadonlySet<string>): void {
  const { branches, entries } = logOf(directory);
  const names = branches.map(({ name }) => name);
  const adopted = entries.some(
    (entry) => entry.kind === 'begun' && entry.beginning.kind === 'adopted',
  );
  if (acknowledged.has('branch')) expect(names.includes('other') || adopted).toBe(true);
  if (acknowledged.has('adopt')) expect(adopted).toBe(true);
  if (acknowledged.has('drop')) expect(names).toEqual(['main', 'main-before-other']);
  readRun(parseAddress(directory), (ledger) => {
    const stored = new Set(ledger.storedDigests());
    const check = (branch: Ledger) => {
      const { components } = recallSystem(branch);
      for (const digest of digestsOf(components.values())) expect(stored).toContain(digest);
    };
    check(ledger);
    for (const other of ledger.otherBranches()) check(other);
  });
}

test('branches survive SIGKILL at random moments and give the same result', async () => {
  const stream = streamsOf(1).stream('kills');
  for (let kills = 0; kills < times(8, 2); ) {
    const directory = await createFinishedRun();
    const acknowledged = new Set<string>();
    for (let ended = false; !ended; ) {
      const millis = stream.index(300);
      const said = await brancher.run([directory], async ([_, ...more], process) => {
        if (more.length > 0) return;
        await setTimeout(millis);
        process.kill('SIGKILL');
      });
      ended = said.includes('finished');
      if (!ended) kills++;
      expect(said.filter((line) => line.startsWith('failed'))).toEqual([]);
      for (const line of said) acknowledged.add(line);
      expectWhole(directory, acknowledged);
    }
    expect(outcomeOf(directory)).toEqual(expected);
  }
});
