import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import type { Experiment } from '../domain/experiment.js';
import { resume, run } from '../run/session.js';
import { storeOf } from '../state/directory.js';
import { Ledger, readRun } from '../state/ledger.js';
import { lockRun } from '../state/lock.js';
import { digestsOf, reachableDigests } from '../state/reach.js';
import { recallModels, recallSystem } from '../state/recall.js';
import { storedFiles } from '../state/store.js';
import { leaderboardOf } from '../views/leaderboard.js';
import { branchesOf, statusOf } from '../views/status.js';
import { adopt } from './adopt.js';
import { branch, drop } from './branch.js';
import { gc } from './gc.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experimentOf({ tasks: ['a', 'b', 'c', 'd'].map((name) => taskOf(name)) }));
const otherMethod: Experiment = {
  ...experiment,
  method: { ...experiment.method, adaptersMutate: false, samplesPerTask: 4, width: 2 },
};
const otherTasks: Experiment = { ...experiment, tasks: [taskOf('d')] };

const finished = () => run(experiment, { folder: temporaryFolder(), pool });

/** A run that is stopped once it has committed so many generations. */
async function stoppedAfter(generations: number): Promise<string> {
  const folder = temporaryFolder();
  const stop = new AbortController();
  let seen = 0;
  await run(experiment, {
    folder,
    pool,
    signal: stop.signal,
    onEvent: ({ type }) => {
      if (type === 'generation' && ++seen > generations) stop.abort();
    },
  }).catch((error) => expect(error.code).toBe('CANCELLED'));
  return join(folder, 'test');
}

/** What the record says but for experiments and for what the store holds, which branches share. */
const historyOf = (address: string) => {
  const { experiments, stored, ...rest } = readRun(address, recordOf);
  return rest;
};

describe('a branch that changes nothing', () => {
  test('repeats what it branched from, wherever it did', async () => {
    // Two generations for each of three tasks: seven points, and those between the generations.
    const at = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean());
    const expected = historyOf(await finished());
    const property = fc.asyncProperty(at, async ([generations, trunkFirst]) => {
      const directory = await stoppedAfter(generations);
      branch(directory, 'copy');
      const order = trunkFirst
        ? [directory, `${directory}:copy`]
        : [`${directory}:copy`, directory];
      for (const address of order) {
        await resume(address, { pool });
        expect(historyOf(address)).toEqual(expected);
      }
      expect(readRun(`${directory}:copy`, recallSystem)).toEqual(readRun(directory, recallSystem));
    });
    await fc.assert(property, { seed: 1, numRuns: 14 });
  });

  test('does so from an earlier point, too, if what lived there lives', async () => {
    const directory = await finished();
    const expected = historyOf(directory);
    for (const at of ['0', '1', 'a', 'b', '3']) {
      const name = `from-${at}`;
      branch(directory, name, { at });
      await resume(`${directory}:${name}`, { pool });
      expect(historyOf(`${directory}:${name}`)).toEqual(expected);
    }
    expect(historyOf(directory)).toEqual(expected);
  });

  test('of a branch is a branch', async () => {
    const directory = await finished();
    branch(directory, 'one', { at: 'b', experiment: otherMethod });
    await resume(`${directory}:one`, { pool });
    branch(`${directory}:one`, 'two', { at: 'a' });
    await resume(`${directory}:two`, { pool });
    expect(historyOf(`${directory}:two`)).toEqual(historyOf(directory));
    branch(`${directory}:one`, 'three', { at: 'c' });
    expect(historyOf(`${directory}:three`)).toEqual(historyOf(`${directory}:one`));
  });
});

describe('a branch with another method', () => {
  test(`keeps what was learned, and leaves its trunk alone ${claim('living-system')}`, async () => {
    const directory = await finished();
    const before = readRun(directory, recordOf);
    branch(directory, 'other', { at: 'a', experiment: otherMethod });
    const status = statusOf(`${directory}:other`);
    expect(status).toMatchObject({ run: 'test:other', task: 'b', childrenDone: 6, children: 14 });
    await resume(`${directory}:other`, { pool });
    const { stored, ...after } = readRun(directory, recordOf);
    const { stored: _, ...untouched } = before;
    expect(after).toEqual(untouched);
    expect(new Set(stored)).toEqual(
      new Set([...reachOfBranch(directory), ...reachOfBranch(`${directory}:other`)]),
    );
    const [trunk, other] = [
      leaderboardOf(directory).rows,
      leaderboardOf(`${directory}:other`).rows,
    ];
    expect(other.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(other[0]?.pathId).toBe(trunk[0]?.pathId);
    expect(historyOf(`${directory}:other`).children.slice(6)).not.toEqual(before.children.slice(6));
  });

  test('may learn other tasks, which it inspects when it is grown', async () => {
    const directory = await finished();
    branch(directory, 'more', { experiment: otherTasks });
    expect(readRun(`${directory}:more`, (ledger) => ledger.tasks())).toHaveLength(3);
    for (const _ of [1, 2]) await resume(`${directory}:more`, { pool });
    const tasks = leaderboardOf(`${directory}:more`).rows.map(({ task }) => task);
    expect(tasks).toEqual(['a', 'b', 'c', 'd']);
    expect(leaderboardOf(directory).rows).toHaveLength(3);
    expect(branchesOf(directory).map((each) => [each.run, each.finished])).toEqual([
      ['test', true],
      ['test:more', true],
    ]);
  });

  test('keeps the splits of tasks that it knows, and lets the data decide those of others', async () => {
    const directory = await finished();
    const openSplits = (name: string) => taskOf(name, { splits: null });
    const same = { ...experiment, tasks: ['a', 'b', 'c'].map(openSplits) };
    branch(directory, 'same', { experiment: same });
    const [, branched] = readRun(`${directory}:same`, (ledger) => ledger.experiments());
    expect(branched?.experiment.tasks).toEqual(experiment.tasks);
    branch(directory, 'open', { experiment: { ...experiment, tasks: [openSplits('d')] } });
    for (const _ of [1, 2]) await resume(`${directory}:open`, { pool });
    const tasks = readRun(`${directory}:open`, (ledger) => ledger.tasks());
    expect(tasks.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(tasks[3]?.splits).toEqual({ train: 'train', validation: 'validation', test: 'test' });
  });
});

const reachOfBranch = (address: string) => readRun(address, reachableDigests);

describe('adopt', () => {
  test(`all: the trunk goes on as if it had run so itself ${claim('living-system')}`, async () => {
    const directory = await finished();
    branch(directory, 'other', { at: 'a', experiment: otherMethod });
    const stop = new AbortController();
    const stopped = resume(`${directory}:other`, {
      pool,
      signal: stop.signal,
      onEvent: (event) => event.type === 'tested' && event.task === 'b' && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => adopt(`${directory}:other`)).toThrow(/no model of c, which 'main' would lose/);
    branch(directory, 'at-b', { at: 'b' });
    adopt(`${directory}:other`, { into: 'at-b' });
    const status = statusOf(`${directory}:at-b`);
    expect(status).toMatchObject({ run: 'test:at-b', task: 'c' });
    await resume(`${directory}:at-b`, { pool });
    await resume(`${directory}:other`, { pool });
    expect(historyOf(`${directory}:at-b`)).toEqual(historyOf(`${directory}:other`));
    adopt(`${directory}:other`);
    expect(historyOf(directory)).toEqual(historyOf(`${directory}:other`));
    // The two names stand for systems of their own.
    branch(directory, 'd', { experiment: otherTasks });
    adopt(`${directory}:d`);
    await resume(directory, { pool });
    expect(leaderboardOf(directory).rows).toHaveLength(4);
    expect(leaderboardOf(`${directory}:other`).rows).toHaveLength(3);
  });

  test('some tasks: their models join the system, the others stay', async () => {
    const directory = await finished();
    branch(directory, 'other', { at: '0', experiment: otherMethod });
    await resume(`${directory}:other`, { pool });
    const modelOf = (address: string, task: string) =>
      readRun(address, (ledger) => {
        const system = recallModels(ledger);
        const path = [...system.paths.values()].find((each) => each.task === task);
        return path?.components.map((id) => system.components.get(id)?.params);
      });
    const before = ['a', 'b', 'c'].map((task) => modelOf(directory, task));
    const theirs = modelOf(`${directory}:other`, 'b');
    expect(theirs).not.toEqual(before[1]);
    adopt(`${directory}:other`, { tasks: ['b'] });
    const status = statusOf(directory);
    expect(status).toMatchObject({ finished: true, iterations: 1, iterationsDone: 1 });
    expect(['a', 'b', 'c'].map((task) => modelOf(directory, task))).toEqual([
      before[0],
      theirs,
      before[2],
    ]);
    const rowOf = (address: string) => leaderboardOf(address).rows.find(({ task }) => task === 'b');
    expect(rowOf(directory)?.testAccuracy).toBe(rowOf(`${directory}:other`)?.testAccuracy);
    const outcomesOf = (address: string) =>
      readRun(address, (ledger) => ledger.evaluations()).find(
        ({ path }) => path === rowOf(address)?.pathId,
      )?.outcomes;
    expect(outcomesOf(directory)).toHaveLength(125);
    expect(outcomesOf(directory)).toEqual(outcomesOf(`${directory}:other`));
    expect(() => adopt(`${directory}:other`, { tasks: ['b'] })).toThrow(/nothing to adopt/);
    expect(() => adopt(`${directory}:other`, { tasks: ['x'] })).toThrow(/no model of x; it has a/);
    // What was adopted is a parent like any other, and nothing that it needs is collected.
    branch(directory, 'd', { experiment: otherTasks });
    await resume(`${directory}:d`, { pool });
    const { components } = readRun(`${directory}:d`, recallSystem);
    const stored = new Set(readRun(directory, (ledger) => ledger.storedDigests()));
    for (const digest of digestsOf(components.values())) expect(stored).toContain(digest);
  });
});

describe('drop and gc', () => {
  /** Puts a file for every recorded object in the store, as sidecars do. */
  function fill(directory: string): void {
    for (const digest of readRun(directory, (ledger) => ledger.storedDigests())) {
      const file = join(storeOf(directory), digest.slice(0, 2), `${digest}.safetensors`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, digest);
    }
  }
  const held = (directory: string) =>
    new Set(storedFiles(storeOf(directory)).map(({ digest }) => digest));

  test('free what only that branch reached, and never what another does', async () => {
    const choices = fc.record({
      first: fc.constantFrom('0', 'a', 'b'),
      second: fc.constantFrom('0', 'a', 'b'),
      grow: fc.boolean(),
      drops: fc.subarray(['one', 'two']),
      same: fc.boolean(),
    });
    const property = fc.asyncProperty(choices, async ({ first, second, grow, drops, same }) => {
      const directory = await finished();
      branch(directory, 'one', { at: first, experiment: otherMethod });
      branch(directory, 'two', { at: second, experiment: same ? experiment : otherMethod });
      await resume(`${directory}:one`, { pool });
      if (grow) await resume(`${directory}:two`, { pool });
      fill(directory);
      const everything = held(directory);
      for (const name of drops) drop(`${directory}:${name}`);
      const names = readRun(directory, (ledger) => ledger.branches()).map(({ name }) => name);
      const reached = new Set(names.flatMap((name) => [...reachOfBranch(`${directory}:${name}`)]));
      const found = gc(directory);
      expect(held(directory)).toEqual(everything);
      const deleted = gc(directory, { delete: true });
      expect(deleted).toEqual({ ...found, deleted: true });
      expect(held(directory)).toEqual(reached);
      expect(new Set(readRun(directory, (ledger) => ledger.storedDigests()))).toEqual(reached);
      expect(everything.size).toBe(reached.size + found.unreferenced.files);
      expect(gc(directory).unreferenced.files).toBe(0);
    });
    await fc.assert(property, { seed: 2, numRuns: 12 });
  });

  test('find orphans and what interrupted writes left, and keep what waits for its commit', async () => {
    const directory = await stoppedAfter(1);
    const waiting = 'a'.repeat(64);
    const component = { name: 'head', parameters: 1, params: waiting, trace: null } as const;
    const ledger = Ledger.open(directory);
    ledger.recordMeasurement({
      kind: 'trained',
      path: ledger.nextPath(),
      qualities: [],
      components: [component],
      trainSeconds: 0,
      compilations: 0,
    });
    ledger.close();
    fill(directory);
    const folder = join(storeOf(directory), 'aa');
    mkdirSync(folder, { recursive: true });
    const orphan = `aa${'b'.repeat(62)}`;
    for (const name of [
      `${waiting}.safetensors`,
      `${orphan}.safetensors`,
      `../${'0123'.repeat(8)}.tmp`,
      'notes.txt',
      '../notes.tmp',
    ]) {
      writeFileSync(join(folder, name), 'four');
    }
    const report = gc(directory, { delete: true });
    expect(report).toMatchObject({
      unreferenced: { files: 0 },
      orphans: { files: 1, bytes: 4 },
      temporary: { files: 1, bytes: 4 },
    });
    expect(held(directory)).toContain(waiting);
    expect(held(directory)).not.toContain(orphan);
    expect(held(directory)).not.toContain(null);
  });
});

describe('what cannot be is refused', () => {
  test('in one line that says what to do', async () => {
    const directory = await finished();
    branch(directory, 'one');
    const refuse = (work: () => unknown, code: string, message: RegExp) =>
      expect(work).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    refuse(() => branch(directory, 'one'), 'BRANCH_EXISTS', /choose another name/);
    refuse(() => branch(directory, 'a:b'), 'BRANCH_REFUSED', /letters, digits/);
    refuse(
      () => branch(`${directory}:none`, 'two'),
      'BRANCH_UNKNOWN',
      /its branches are main, one/,
    );
    refuse(() => branch(directory, 'two', { at: 'x' }), 'BRANCH_REFUSED', /neither a task/);
    refuse(() => branch(directory, 'two', { at: '4' }), 'BRANCH_REFUSED', /only 3 task iterations/);
    refuse(() => branch(directory, 'two', { at: '0.9' }), 'BRANCH_REFUSED', /only 2 generations/);
    // A candidate that was superseded when its iteration ended has no weights any more.
    refuse(() => branch(directory, 'two', { at: '0.2' }), 'BRANCH_REFUSED', /were deleted/);
    const { method } = experiment;
    const ranges = { ...method.ranges, ds_image_size: [24] };
    const stuck = { ...experiment, method: { ...method, ranges } };
    refuse(
      () => branch(directory, 'two', { experiment: stuck }),
      'BRANCH_REFUSED',
      /not in the range/,
    );
    refuse(() => adopt(directory), 'BRANCH_REFUSED', /cannot adopt itself/);
    refuse(() => drop(directory), 'BRANCH_REFUSED', /'main'/);
    drop(`${directory}:one`);
    refuse(() => drop(`${directory}:one`), 'BRANCH_UNKNOWN', /no branch 'one'/);
    branch(directory, 'one');
    const lock = lockRun(directory);
    for (const work of [
      () => branch(directory, 'two'),
      () => adopt(`${directory}:one`),
      () => drop(`${directory}:one`),
      () => gc(directory),
    ]) {
      refuse(work, 'RUN_LOCKED', /in use/);
    }
    lock.release();
  });

  test('and a task that has other classes than when it was learned', async () => {
    const directory = await finished();
    const facts = { numClasses: 7, examples: { train: 640, validation: 100, test: 1000 } };
    const other = taskOf('a', { facts, splits: { train: 'x', validation: 'y', test: 'z' } });
    const changed = { ...experiment, tasks: [other] };
    branch(directory, 'one', { experiment: changed });
    const resumed = resume(`${directory}:one`, { pool: poolOf(changed) });
    await expect(resumed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('task a had 5 classes'),
    });
  });
});

test('a run that continues a branch has the branch as its main, and no other', async () => {
  const directory = await finished();
  branch(directory, 'other', { at: 'a', experiment: otherMethod });
  await resume(`${directory}:other`, { pool });
  const continueFrom = `${directory}:other`;
  const next = await run({ ...otherTasks, continueFrom }, { folder: temporaryFolder(), pool });
  const rows = leaderboardOf(next).rows;
  expect(rows.slice(0, 3).map(({ pathId }) => pathId)).toEqual(
    leaderboardOf(continueFrom).rows.map(({ pathId }) => pathId),
  );
  expect(rows.map(({ task }) => task)).toEqual(['a', 'b', 'c', 'd']);
  expect(branchesOf(next)).toHaveLength(1);
  expect(new Set(readRun(next, (ledger) => ledger.storedDigests()))).toEqual(reachOfBranch(next));
});
