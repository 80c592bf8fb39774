import { describe, expect, test } from 'vitest';
import {
  experiment,
  finished,
  otherMethod,
  otherTasks,
  pool,
  reachOfBranch,
  stoppedAfter,
} from '../../../tests/support/branches.js';
import { recordOf } from '../../../tests/support/runs.js';
import { openRun } from '../index.js';
import { resumeRun } from '../run/session.js';
import { readRun } from '../state/record/ledger.js';
import { allReachableDigests } from '../state/record/reach.js';
import { parseAddress } from '../state/runs.js';
import { adoptBranch } from './adopt.js';
import { createBranch, dropBranch } from './branch.js';

const historyOf = (address: string) => readRun(parseAddress(address), recordOf);
const reachOf = (directory: string) => readRun(parseAddress(directory), allReachableDigests);
const branchesOf = (directory: string) =>
  openRun(directory)
    .branches()
    .map(({ branchName }) => branchName);

/** A finished run with a finished branch that learns the last two tasks by another method. */
async function withOther(): Promise<string> {
  const directory = await finished();
  createBranch(parseAddress(directory), 'other', { at: 'a', experiment: otherMethod });
  await resumeRun(parseAddress(`${directory}:other`), { pool });
  return directory;
}

describe('a branch that adopts another one', () => {
  test('keeps what it was under a name: history, models and weights', async () => {
    const directory = await withOther();
    const before = historyOf(directory);
    const reached = reachOfBranch(directory);
    const adopt = () => adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory));
    expect(adopt()).toEqual({ kept: 'main-before-other' });
    expect(historyOf(directory)).not.toEqual(before);
    const { stored: _, ...kept } = historyOf(`${directory}:main-before-other`);
    expect(before).toMatchObject(kept);
    expect(branchesOf(directory)).toEqual(['main', 'other', 'main-before-other']);
    const { entries } = openRun(directory).log();
    expect(entries.filter(({ branches }) => branches.includes('main-before-other'))).toHaveLength(
      1,
    );
    for (const digest of reached) expect(reachOf(directory)).toContain(digest);
    // Whoever does not want it drops it, and only then its weights are garbage.
    dropBranch(parseAddress(`${directory}:main-before-other`));
    const left = reachOf(directory);
    expect([...reached].some((digest) => !left.has(digest))).toBe(true);
  });

  test('keeps every earlier state under a name of its own', async () => {
    const directory = await withOther();
    const adopt = () => adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory));
    createBranch(parseAddress(directory), 'main-before-other', { at: 'a', experiment });
    expect(adopt()).toEqual({ kept: 'main-before-other-2' });
  });

  test('keeps nothing where nothing is lost', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'more', { experiment: otherTasks });
    await resumeRun(parseAddress(`${directory}:more`), { pool });
    const adopt = () => adoptBranch(parseAddress(`${directory}:more`), parseAddress(directory));
    expect(adopt()).toEqual({ kept: null });
    expect(branchesOf(directory)).toEqual(['main', 'more']);
    expect(openRun(directory).leaderboard().rows).toHaveLength(4);
  });

  test('keeps an unfinished experiment, and the children of its last generation', async () => {
    const directory = await stoppedAfter(1);
    createBranch(parseAddress(directory), 'other', { experiment: otherMethod });
    const adoption = adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory));
    expect(adoption).toEqual({ kept: 'main-before-other' });
    await resumeRun(parseAddress(`${directory}:main-before-other`), { pool });
    expect(openRun(`${directory}:main-before-other`).status().state).toBe('finished');
  });

  test('of some models keeps what it was if they replace its own', async () => {
    const directory = await withOther();
    const from = parseAddress(`${directory}:other`);
    const reached = reachOfBranch(directory);
    expect(adoptBranch(from, parseAddress(directory), { tasks: ['b'] })).toEqual({
      kept: 'main-before-other',
    });
    for (const digest of reached) expect(reachOf(directory)).toContain(digest);
    createBranch(parseAddress(directory), 'more', { experiment: otherTasks });
    await resumeRun(parseAddress(`${directory}:more`), { pool });
    const more = parseAddress(`${directory}:more`);
    expect(adoptBranch(more, parseAddress(directory), { tasks: ['d'] })).toEqual({ kept: null });
  });
});
