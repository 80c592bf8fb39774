import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { growDirectory, recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import { openRun } from '../api/open-run.js';
import type { Experiment } from '../domain/experiment.js';
import { resumeRun } from '../run/session.js';
import { storeOf } from '../state/directory.js';
import { Ledger, reading } from '../state/ledger.js';
import { lockRun } from '../state/lock.js';
import { digestsOf, reachOf } from '../state/reach.js';
import { recallModels, recallSystem } from '../state/recall.js';
import { parseAddress } from '../state/runs.js';
import { storedFiles } from '../state/store.js';
import { adoptBranch } from './adopt.js';
import { createBranch, dropBranch } from './branch.js';
import { collectGarbage } from './collect-garbage.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experimentOf({ tasks: ['a', 'b', 'c', 'd'].map((name) => taskOf(name)) }));
const otherMethod: Experiment = {
  ...experiment,
  method: { ...experiment.method, adaptersMutate: false, samplesPerTask: 4, width: 2 },
};
const otherTasks: Experiment = { ...experiment, tasks: [taskOf('d')] };

const finished = () => growDirectory(experiment, { folder: temporaryFolder(), pool });

/** A run that is stopped once it has committed so many generations. */
async function stoppedAfter(generations: number): Promise<string> {
  const folder = temporaryFolder();
  const stop = new AbortController();
  let seen = 0;
  await growDirectory(experiment, {
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
  const { experiments, stored, ...rest } = reading(parseAddress(address), recordOf);
  return rest;
};

describe('a branch that changes nothing', () => {
  test('repeats what it branched from, wherever it did', async () => {
    // Two generations for each of three tasks: seven points, and those between the generations.
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
      expect(reading(parseAddress(`${directory}:copy`), recallSystem)).toEqual(
        reading(parseAddress(directory), recallSystem),
      );
    });
    await fc.assert(property, { seed: 1, numRuns: 14 });
  });

  test('does so from an earlier point, too, if what lived there lives', async () => {
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

  test('of a branch is a branch', async () => {
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
    const before = reading(parseAddress(directory), recordOf);
    createBranch(parseAddress(directory), 'other', { at: 'a', experiment: otherMethod });
    const status = openRun(`${directory}:other`).status();
    expect(status).toMatchObject({ run: 'test:other', task: 'b', childrenDone: 6, children: 14 });
    await resumeRun(parseAddress(`${directory}:other`), { pool });
    const { stored, ...after } = reading(parseAddress(directory), recordOf);
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

  test('may learn other tasks, which it inspects when it is grown', async () => {
    const directory = await finished();
    createBranch(parseAddress(directory), 'more', { experiment: otherTasks });
    expect(reading(parseAddress(`${directory}:more`), (ledger) => ledger.tasks())).toHaveLength(3);
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
});

const reachOfBranch = (address: string) => reading(parseAddress(address), reachOf);

describe('adopt', () => {
  test(`all: the trunk goes on as if it had run so itself ${claim('living-system')}`, async () => {
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
    // The two names stand for systems of their own.
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
      reading(parseAddress(address), (ledger) => {
        const system = recallModels(ledger);
        const path = [...system.paths.values()].find((each) => each.task === task);
        return path?.components.map((id) => system.components.get(id)?.params);
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
      reading(parseAddress(address), (ledger) => ledger.evaluations()).find(
        ({ path }) => path === rowOf(address)?.pathId,
      )?.outcomes;
    expect(outcomesOf(directory)).toHaveLength(125);
    expect(outcomesOf(directory)).toEqual(outcomesOf(`${directory}:other`));
    expect(() =>
      adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory), { tasks: ['b'] }),
    ).toThrow(/nothing to adopt/);
    expect(() =>
      adoptBranch(parseAddress(`${directory}:other`), parseAddress(directory), { tasks: ['x'] }),
    ).toThrow(/no model of x; it has a/);
    // What was adopted is a parent like any other, and nothing that it needs is collected.
    createBranch(parseAddress(directory), 'd', { experiment: otherTasks });
    await resumeRun(parseAddress(`${directory}:d`), { pool });
    const { components } = reading(parseAddress(`${directory}:d`), recallSystem);
    const stored = new Set(reading(parseAddress(directory), (ledger) => ledger.stored()));
    for (const digest of digestsOf(components.values())) expect(stored).toContain(digest);
  });
});

describe('drop and gc', () => {
  /** Puts a file for every recorded object in the store, as sidecars do. */
  function fill(directory: string): void {
    for (const digest of reading(parseAddress(directory), (ledger) => ledger.stored())) {
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
      createBranch(parseAddress(directory), 'one', { at: first, experiment: otherMethod });
      createBranch(parseAddress(directory), 'two', {
        at: second,
        experiment: same ? experiment : otherMethod,
      });
      await resumeRun(parseAddress(`${directory}:one`), { pool });
      if (grow) await resumeRun(parseAddress(`${directory}:two`), { pool });
      fill(directory);
      const everything = held(directory);
      for (const name of drops) dropBranch(parseAddress(`${directory}:${name}`));
      const names = reading(parseAddress(directory), (ledger) => ledger.branches()).map(
        ({ name }) => name,
      );
      const reached = new Set(names.flatMap((name) => [...reachOfBranch(`${directory}:${name}`)]));
      const found = collectGarbage(parseAddress(directory));
      expect(held(directory)).toEqual(everything);
      const deleted = collectGarbage(parseAddress(directory), { delete: true });
      expect(deleted).toEqual({ ...found, deleted: true });
      expect(held(directory)).toEqual(reached);
      expect(new Set(reading(parseAddress(directory), (ledger) => ledger.stored()))).toEqual(
        reached,
      );
      expect(everything.size).toBe(reached.size + found.unreferenced.files);
      expect(collectGarbage(parseAddress(directory)).unreferenced.files).toBe(0);
    });
    await fc.assert(property, { seed: 2, numRuns: 12 });
  });

  test('find orphans and what interrupted writes left, and keep what waits for its commit', async () => {
    const directory = await stoppedAfter(1);
    const waiting = 'a'.repeat(64);
    const component = { name: 'head', parameters: 1, params: waiting, trace: null };
    const ledger = Ledger.open(directory);
    const measurement = { kind: 'trained', path: 4, qualities: [], components: [component] };
    ledger.addMeasurement(ledger.nextPath(), measurement);
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
    const report = collectGarbage(parseAddress(directory), { delete: true });
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
      /neither a task/,
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
      () => collectGarbage(parseAddress(directory)),
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
    createBranch(parseAddress(directory), 'one', { experiment: changed });
    const resumed = resumeRun(parseAddress(`${directory}:one`), { pool: poolOf(changed) });
    await expect(resumed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('task a had 5 classes'),
    });
  });
});

test('a run that continues a branch has the branch as its main, and no other', async () => {
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
  expect(new Set(reading(parseAddress(next), (ledger) => ledger.stored()))).toEqual(
    reachOfBranch(next),
  );
});
