import { describe, expect, test } from 'vitest';
import { finished, pool, stoppedAfter } from '../../../tests/support/branches.js';
import { recordOf } from '../../../tests/support/runs.js';
import { openRun } from '../index.js';
import { resumeRun } from '../run/session.js';
import { Ledger, readRun } from '../state/record/ledger.js';
import { parseAddress } from '../state/runs.js';
import { rewindBranch } from './rewind.js';

const historyOf = (address: string) => {
  const { experiments: _, stored: __, ...history } = readRun(parseAddress(address), recordOf);
  return history;
};

/** Records a measurement of a child that nobody trained. */
async function forge(directory: string, pathId: number): Promise<void> {
  const ledger = Ledger.open(directory);
  const forged = { qualities: [], components: null, reason: 'forged' };
  await ledger.recordMeasurement({ kind: 'diverged', pathId, ...forged });
  ledger.close();
}

describe('a branch that is rewound', () => {
  test('drops its last generation, keeps it under a name, and repeats it from there', async () => {
    const directory = await stoppedAfter(3);
    const before = historyOf(directory);
    const kept = rewindBranch(parseAddress(directory), '1.0');
    expect(kept).toBe('main-before-rewind');
    expect(historyOf(`${directory}:${kept}`)).toEqual(before);
    const after = historyOf(directory);
    expect(after.children.length).toBeLessThan(before.children.length);
    expect(before.children.slice(0, after.children.length)).toEqual(after.children);
    await resumeRun(parseAddress(directory), { pool });
    expect(historyOf(directory)).toEqual(historyOf(await finished()));
    expect(
      openRun(directory)
        .log()
        .branches.map(({ name }) => name),
    ).toContain(kept);
  });

  test('forgets measurements whose generation is not committed', async () => {
    const directory = await stoppedAfter(3);
    const { nextPath, at } = readRun(parseAddress(directory), (ledger) => ({
      nextPath: ledger.nextPathId(),
      at: `${ledger.head().iteration}.${ledger.head().generation}`,
    }));
    await forge(directory, nextPath);
    rewindBranch(parseAddress(directory), at);
    expect(readRun(parseAddress(directory), (ledger) => ledger.pendingMeasurements())).toEqual([]);
    await resumeRun(parseAddress(directory), { pool });
    expect(historyOf(directory)).toEqual(historyOf(await finished()));
  });

  test('is refused where there is nothing to drop, or no such point', async () => {
    const directory = await finished();
    const rewind = (to: string) => () => rewindBranch(parseAddress(directory), to);
    expect(rewind('3')).toThrow(/^main is at 3, and nothing was measured after it$/);
    expect(rewind('7')).toThrow(/only 3 task iterations have ended/);
  });
});
