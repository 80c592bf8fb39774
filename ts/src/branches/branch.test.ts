import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import {
  experiment,
  finished,
  otherMethod,
  otherTasks,
  pool,
  reachOfBranch,
  stoppedAfter,
} from '../../../tests/support/branches.js';
import { poolOf, taskOf } from '../../../tests/support/experiments.js';
import { growDirectory, recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import { openRun } from '../api/open-run.js';
import { resumeRun } from '../run/session.js';
import { lockRun } from '../state/lock/lock.js';
import { readRun } from '../state/record/ledger.js';
import { digestsOf } from '../state/record/reach.js';
import { recallModels, recallSystem } from '../state/record/recall.js';
import { parseAddress } from '../state/runs.js';
import { adoptBranch } from './adopt.js';
import { createBranch, dropBranch } from './branch.js';
import { collectGarbage } from './collect-garbage.js';

/** Returns the record without experiments and stored objects, which branches share. */
const historyOf = (address: string) => {
  const { experiments, stored, ...rest } = readRun(parseAddress(address), recordOf);
  return rest;
};

describe('a branch that changes nothing', () => {
  test('repeats its base, no matter at which point it begins', async () => {
    // Two generations for each of three tasks give seven points, with those between generations.
    const at = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean());
    const expected = historyOf(await finished());
    const property = fc.asyncProperty(at, async ([generations, trunkFirst]) => {
      const directory = await stoppedAfter(generations);
      createBranch(parseAddress(directory), 'copy');
      const order = trunkFirst
        ? [directory, `${directory}:copy`]
        : [`${directory}:copy`, directory];
      for (const address of order) {
        await resumeRun(parseAddress(address), { pool });
        expect(historyOf(address)).toEqual(expected);
      }
      expect(readRun(parseAddress(`${directory}:copy`), recallSystem)).toEqual(
        readRun(parseAddress(directory), recallSystem),
      );
    });
    await fc.assert(property, { seed: 1, numRuns: 14 });
  });

  test('repeats its base from an earlier point if the paths that lived there still live', async () => {
    const directory = await finished();
    const expected = historyOf(directory);
    for (const at of ['0', '1', 'a', 'b', '3']) {
      const name = `from-${at}`;
      createBranch(parseAddress(directory), name, { at });
      await resumeRun(parseAddress(`${directory}:${name}`), { pool });
      expect(historyOf(`${directory}:${name}`)).toEqual(expected);
    }
    expect(historyOf(directory)).toEqual(expected);
  });

  test('can be the base of another branch', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'one', { at: 'b', experiment: otherMethod });
    await resumeRun(parseAddress(`${directory}:one`), { pool });
    createBranch(parseAddress(`${directory}:one`), 'two', { at: 'a' });
    await resumeRun(parseAddress(`${directory}:two`), { pool });
    expect(historyOf(`${directory}:two`)).toEqual(historyOf(directory));
    createBranch(parseAddress(`${directory}:one`), 'three', { at: 'c' });
    expect(historyOf(`${directory}:three`)).toEqual(historyOf(`${directory}:one`));
  });
});

describe('a branch with another method', () => {
  test(`keeps what was learned, and leaves its trunk alone ${claim('living-system')}`, async () => {
    const directory = await finished();
    const before = readRun(parseAddress(directory), recordOf);
    createBranch(parseAddress(directory), 'other', { at: 'a', experiment: otherMethod });
    const status = openRun(`${directory}:other`).status();
    expect(status).toMatchObject({ run: 'test:other', task: 'b', childrenDone: 6, children: 14 });
    await resumeRun(parseAddress(`${directory}:other`), { pool });
    const { stored, ...after } = readRun(parseAddress(directory), recordOf);
    const { stored: _, ...untouched } = before;
    expect(after).toEqual(untouched);
    expect(new Set(stored)).toEqual(
      new Set([...reachOfBranch(directory), ...reachOfBranch(`${directory}:other`)]),
    );
    const [trunk, other] = [
      openRun(directory).leaderboard().rows,
      openRun(`${directory}:other`).leaderboard().rows,
    ];
    expect(other.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(other[0]?.pathId).toBe(trunk[0]?.pathId);
    expect(historyOf(`${directory}:other`).children.slice(6)).not.toEqual(before.children.slice(6));
  });

  test('can learn other tasks, which are inspected when the branch grows', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'more', { experiment: otherTasks });
    expect(readRun(parseAddress(`${directory}:more`), (ledger) => ledger.tasks())).toHaveLength(3);
    for (const _ of [1, 2]) await resumeRun(parseAddress(`${directory}:more`), { pool });
    const tasks = openRun(`${directory}:more`)
      .leaderboard()
      .rows.map(({ task }) => task);
    expect(tasks).toEqual(['a', 'b', 'c', 'd']);
    expect(openRun(directory).leaderboard().rows).toHaveLength(3);
    expect(
      openRun(directory)
        .branches()
        .map((branch) => branch.status())
        .map((each) => [each.run, each.finished]),
    ).toEqual([
      ['test', true],
      ['test:more', true],
    ]);
  });

  test('keeps the splits of known tasks; the data decides the splits of others', async () => {
    const directory = await finished();
    const openSplits = (name: string) => taskOf(name, { splits: null });
    const same = { ...experiment, tasks: ['a', 'b', 'c'].map(openSplits) };
    createBranch(parseAddress(directory), 'same', { experiment: same });
    const [, branched] = readRun(parseAddress(`${directory}:same`), (ledger) =>
      ledger.experiments(),
    );
    expect(branched?.experiment.tasks).toEqual(experiment.tasks);
    const open = { ...experiment, tasks: [openSplits('d')] };
    createBranch(parseAddress(directory), 'open', { experiment: open });
    for (const _ of [1, 2]) await resumeRun(parseAddress(`${directory}:open`), { pool });
    const tasks = readRun(parseAddress(`${directory}:open`), (ledger) => ledger.tasks());
    expect(tasks.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(tasks[3]?.splits).toEqual({ train: 'train', validation: 'validation', test: 'test' });
  });
});

describe('adopt', () => {
  test(`all: the trunk continues as if it were the branch ${claim('living-system')}`, async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'other', { at: 'a', experiment: otherMethod });
    const stop = new AbortController();
    const stopped = resumeRun(parseAddress(`${directory}:other`), {
      pool,
      signal: stop.signal,
      onEvent: (event) => event.type === 'tested' && event.task === 'b' && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory))).toThrow(
      /no model of c, which 'main' would lose/,
    );
    createBranch(parseAddress(directory), 'at-b', { at: 'b' });
    adoptBranch(parseAddress(`${directory}:other`), { ...parseAddress(directory), branch: 'at-b' });
    const status = openRun(`${directory}:at-b`).status();
    expect(status).toMatchObject({ run: 'test:at-b', task: 'c' });
    await resumeRun(parseAddress(`${directory}:at-b`), { pool });
    await resumeRun(parseAddress(`${directory}:other`), { pool });
    expect(historyOf(`${directory}:at-b`)).toEqual(historyOf(`${directory}:other`));
    adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory));
    expect(historyOf(directory)).toEqual(historyOf(`${directory}:other`));
    // Each name has its own system.
    createBranch(parseAddress(directory), 'd', { experiment: otherTasks });
    adoptBranch(parseAddress(`${directory}:d`), parseAddress(directory));
    await resumeRun(parseAddress(directory), { pool });
    expect(openRun(directory).leaderboard().rows).toHaveLength(4);
    expect(openRun(`${directory}:other`).leaderboard().rows).toHaveLength(3);
  });

  test('some tasks: their models join the system, the others stay', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'other', { at: '0', experiment: otherMethod });
    await resumeRun(parseAddress(`${directory}:other`), { pool });
    const modelOf = (address: string, task: string) =>
      readRun(parseAddress(address), (ledger) => {
        const system = recallModels(ledger);
        const path = [...system.paths.values()].find((each) => each.task === task);
        return path?.components.map((id) => system.components.get(id)?.paramsDigest);
      });
    const before = ['a', 'b', 'c'].map((task) => modelOf(directory, task));
    const theirs = modelOf(`${directory}:other`, 'b');
    expect(theirs).not.toEqual(before[1]);
    adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory), { tasks: ['b'] });
    const status = openRun(directory).status();
    expect(status).toMatchObject({ finished: true, iterations: 1, iterationsDone: 1 });
    expect(['a', 'b', 'c'].map((task) => modelOf(directory, task))).toEqual([
      before[0],
      theirs,
      before[2],
    ]);
    const rowOf = (address: string) =>
      openRun(address)
        .leaderboard()
        .rows.find(({ task }) => task === 'b');
    expect(rowOf(directory)?.testAccuracy).toBe(rowOf(`${directory}:other`)?.testAccuracy);
    const outcomesOf = (address: string) =>
      readRun(parseAddress(address), (ledger) => ledger.evaluations()).find(
        ({ pathId }) => pathId === rowOf(address)?.pathId,
      )?.outcomes;
    expect(outcomesOf(directory)).toHaveLength(125);
    expect(outcomesOf(directory)).toEqual(outcomesOf(`${directory}:other`));
    expect(() =>
      adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory), { tasks: ['b'] }),
    ).toThrow(/nothing to adopt/);
    expect(() =>
      adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory), { tasks: ['x'] }),
    ).toThrow(/no model of x; it has a/);
    // An adopted path can be a parent like any other, and garbage collection keeps what it needs.
    createBranch(parseAddress(directory), 'd', { experiment: otherTasks });
    await resumeRun(parseAddress(`${directory}:d`), { pool });
    const { components } = readRun(parseAddress(`${directory}:d`), recallSystem);
    const stored = new Set(readRun(parseAddress(directory), (ledger) => ledger.storedDigests()));
    for (const digest of digestsOf(components.values())) expect(stored).toContain(digest);
  });
});

describe('an impossible branch is refused', () => {
  test('with one line that says what to do', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'one');
    const refuse = (work: () => unknown, code: string, message: RegExp) =>
      expect(work).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    refuse(
      () => createBranch(parseAddress(directory), 'one'),
      'BRANCH_EXISTS',
      /choose another name/,
    );
    refuse(() => createBranch(parseAddress(directory), 'a:b'), 'BRANCH_REFUSED', /letters, digits/);
    refuse(
      () => createBranch(parseAddress(`${directory}:none`), 'two'),
      'BRANCH_UNKNOWN',
      /it has main, one/,
    );
    refuse(
      () => createBranch(parseAddress(directory), 'two', { at: 'x' }),
      'BRANCH_REFUSED',
      /neither a learned task/,
    );
    refuse(
      () => createBranch(parseAddress(directory), 'two', { at: '4' }),
      'BRANCH_REFUSED',
      /only 3 task iterations/,
    );
    refuse(
      () => createBranch(parseAddress(directory), 'two', { at: '0.9' }),
      'BRANCH_REFUSED',
      /only 2 generations/,
    );
    // A candidate that was superseded when its iteration ended has no weights any more.
    refuse(
      () => createBranch(parseAddress(directory), 'two', { at: '0.2' }),
      'BRANCH_REFUSED',
      /were deleted/,
    );
    const { method } = experiment;
    const ranges = { ...method.ranges, ds_image_size: [24] };
    const stuck = { ...experiment, method: { ...method, ranges } };
    refuse(
      () => createBranch(parseAddress(directory), 'two', { experiment: stuck }),
      'BRANCH_REFUSED',
      /not in the range/,
    );
    refuse(
      () => adoptBranch(parseAddress(directory), parseAddress(directory)),
      'BRANCH_REFUSED',
      /cannot adopt itself/,
    );
    refuse(() => dropBranch(parseAddress(directory)), 'BRANCH_REFUSED', /'main'/);
    dropBranch(parseAddress(`${directory}:one`));
    refuse(() => dropBranch(parseAddress(`${directory}:one`)), 'BRANCH_UNKNOWN', /no branch 'one'/);
    createBranch(parseAddress(directory), 'one');
    const lock = lockRun(directory);
    for (const work of [
      () => createBranch(parseAddress(directory), 'two'),
      () => adoptBranch(parseAddress(`${directory}:one`), parseAddress(directory)),
      () => dropBranch(parseAddress(`${directory}:one`)),
    ]) {
      refuse(work, 'RUN_LOCKED', /in use/);
    }
    await expect(collectGarbage(parseAddress(directory))).rejects.toMatchObject({
      code: 'RUN_LOCKED',
    });
    lock.release();
  });

  test('if the classes of a task changed after it was learned', async () => {
    const directory = await finished();
    const facts = { numClasses: 7, examples: { train: 640, validation: 100, test: 1000 } };
    const other = taskOf('a', { facts, splits: { train: 'x', validation: 'y', test: 'z' } });
    const changed = { ...experiment, tasks: [other] };
    createBranch(parseAddress(directory), 'one', { experiment: changed });
    const resumed = resumeRun(parseAddress(`${directory}:one`), { pool: poolOf(changed) });
    await expect(resumed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('task a had 5 classes'),
    });
  });
});

test('a run that continues a branch has that branch as main, and no others', async () => {
  const directory = await finished();
  createBranch(parseAddress(directory), 'other', { at: 'a', experiment: otherMethod });
  await resumeRun(parseAddress(`${directory}:other`), { pool });
  const continueFrom = `${directory}:other`;
  const next = await growDirectory(
    { ...otherTasks, continueFrom },
    { folder: temporaryFolder(), pool },
  );
  const rows = openRun(next).leaderboard().rows;
  expect(rows.slice(0, 3).map(({ pathId }) => pathId)).toEqual(
    openRun(continueFrom)
      .leaderboard()
      .rows.map(({ pathId }) => pathId),
  );
  expect(rows.map(({ task }) => task)).toEqual(['a', 'b', 'c', 'd']);
  expect(
    openRun(next)
      .branches()
      .map((branch) => branch.status()),
  ).toHaveLength(1);
  expect(new Set(readRun(parseAddress(next), (ledger) => ledger.storedDigests()))).toEqual(
    reachOfBranch(next),
  );
});
