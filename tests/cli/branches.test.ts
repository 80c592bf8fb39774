import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineExperiment } from '../../ts/src/config/index.js';
import { resumeRun } from '../../ts/src/run/session.js';
import { storeOf } from '../../ts/src/state/directory.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { tango } from '../../ts/src/views/interval.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';
import { comparisonShape, differenceShape, garbageShape, logShape } from './shapes/branch.js';
import { leaderboardShape, pathShape, statusShape, summariesShape } from './shapes/run.js';

const adoptionShape = statusShape.extend({ kept: z.string().nullable() });
const folder = temporaryFolder();
const directory = join(folder, 'runs', 'first');
const { experiment } = defineExperiment(
  {
    name: 'first',
    method: { samplesPerTask: 4, width: 2 },
    hyperparameters: { num_layers: 2 },
    tasks: ['mnist', 'digits'],
    taskIterations: 1,
  },
  { dataMustExist: false },
);
const pool = poolOf(experiment);

async function json<T>(words: readonly string[], shape: z.ZodType<T>): Promise<T> {
  const { status, stdout, stderr } = await mu2net(folder, [...words, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return shape.parse(JSON.parse(stdout));
}

async function text(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await mu2net(folder, words);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^(mu2net: this is first, the latest run\n)?$/),
  });
  return stdout;
}

async function refusalOf(...words: readonly string[]) {
  const answer = await mu2net(folder, [...words, '--json']);
  expect(answer.status).toBe(1);
  return reported(answer);
}

/** Grows a run, and a branch of it that learns the second task with other settings. */
beforeAll(async () => {
  await growDirectory(experiment, { folder: join(folder, 'runs'), pool });
  const made = await json(
    [
      'branch',
      'first',
      'wide',
      '--at',
      'mnist',
      '--set',
      'method.width=4',
      '--set',
      'training.validationsPerChild=2',
    ],
    statusShape,
  );
  expect(made).toMatchObject({ run: 'first:wide', task: 'digits', iterationsDone: 1, children: 8 });
  await resumeRun(parseAddress(`${directory}:wide`), { pool });
  for (const digest of readRun(parseAddress(directory), (ledger) => ledger.storedDigests())) {
    const file = join(storeOf(directory), digest.slice(0, 2), `${digest}.safetensors`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, digest);
  }
});

describe('a branch', () => {
  it('is named as run:branch', async () => {
    expect(await json(['status', 'first:wide'], statusShape)).toMatchObject({
      run: 'first:wide',
      finished: true,
      branches: ['main', 'wide'],
    });
    expect((await json(['leaderboard', 'runs/first:wide'], leaderboardShape)).run).toBe(
      'first:wide',
    );
    const own = await json(['show', 'digits', '--run', 'first:wide'], pathShape);
    expect(own).not.toEqual(await json(['show', 'digits', '--run', 'first'], pathShape));
    expect(await refusalOf('status', 'first:wdie')).toEqual({
      code: 'BRANCH_UNKNOWN',
      message: expect.stringContaining('it has main, wide'),
      run: 'first:wdie',
      branch: 'wdie',
    });
  });

  it('is listed with the others', async () => {
    const listed = await json(['branch', 'first'], z.array(statusShape));
    expect(listed.map((each) => each.run)).toEqual(['first', 'first:wide']);
    expect(await text('branch')).toMatch(/^first +finished .*\nfirst:wide +finished /m);
    expect(await json(['status', '--all'], summariesShape)).toMatchObject(listed);
  });

  it('says how to grow it, and which settings it has', async () => {
    expect(await text('branch', 'first', 'again', '--at', '1')).toBe(
      'made first:again; npx mu2net resume first:again grows it\n',
    );
    expect(await text('branch', 'first', 'end')).toContain('nothing is left to learn');
    expect(await text('drop', 'first:again')).toContain(
      'dropped first:again; npx mu2net gc first says',
    );
    expect(await json(['drop', 'first:end'], z.strictObject({ dropped: z.string() }))).toEqual({
      dropped: 'first:end',
    });
  });

  it('is refused in one line when its settings are wrong', async () => {
    expect(await refusalOf('branch', 'first', 'x', '--set', 'method.wdith=4')).toEqual({
      code: 'CONFIG_INVALID',
      key: 'method.wdith',
      message: "with method.wdith set: unknown key 'wdith' in method; did you mean 'width'?",
    });
    expect((await refusalOf('branch', 'first', 'x', '--tasks', 'mnits')).code).toBe('TASK_UNKNOWN');
    expect(
      await refusalOf('branch', 'first', 'x', '--set', 'root.architecture=B/16'),
    ).toMatchObject({
      code: 'BRANCH_REFUSED',
      message: expect.stringContaining('keeps the architecture'),
    });
    expect((await refusalOf('branch', 'first', 'wide')).code).toBe('BRANCH_EXISTS');
    expect((await mu2net(folder, ['branch', 'first', 'a:b'])).status).toBe(2);
    expect((await mu2net(folder, ['branch', 'first', 'x', '--tasks', 'a,,b'])).status).toBe(2);
  });
});

describe('log', () => {
  it('draws the history as a graph', async () => {
    const said = await text('log', 'first');
    expect(said).toMatch(/●.* 2 digits \(wide\)/);
    expect(said).toMatch(/●.* 2 digits \(main\)/);
    expect(said).toMatch(/○.* branched from main/);
    expect(said).toContain('method.width: 2 → 4');
    expect(said).toContain('├─╯');
    const { entries } = await json(['log', 'first'], logShape);
    expect(entries.map(({ kind, branches }) => [kind, branches.join()])).toEqual([
      ['begun', ''],
      ['iteration', ''],
      ['iteration', 'main'],
      ['begun', ''],
      ['iteration', 'wide'],
    ]);
  });
});

describe('diff', () => {
  it('shows what is equal and what differs', async () => {
    const { settings, tasks, both, onlyB } = await json(
      ['diff', 'first', 'first:wide'],
      differenceShape,
    );
    expect(settings.map(({ key, before, after }) => [key, before, after])).toEqual([
      ['method.width', 2, 4],
      ['training.validationsPerChild', 4, 2],
    ]);
    expect(tasks.map(({ task, same }) => [task, same])).toEqual([
      ['mnist', true],
      ['digits', false],
    ]);
    expect(both.components).toBeGreaterThan(0);
    expect(onlyB.components).toBeGreaterThan(0);
    const said = await text('diff', 'first', 'first:wide');
    expect(said).toMatch(/^ {2}method\.width +2 → 4$/m);
    expect(said).toMatch(/^mnist {2}the same model, path \d+$/m);
    expect(await text('diff', 'first', 'first')).toMatch(
      /^first and first do not differ: the same settings, 2 equal models of \d+ components .*\n$/,
    );
  });
});

describe('compare', () => {
  it('shows models beside each other, with intervals', async () => {
    const { systems, tasks } = await json(['compare', 'first', 'first:wide'], comparisonShape);
    expect(systems.map(({ name }) => name)).toEqual(['first', 'first:wide']);
    const [mnist, digits] = tasks.map(({ models }) => models[1]);
    expect(mnist?.difference).toEqual({
      ...{ value: 0, interval: [0, 0], same: true },
      ...{ paired: true, onlyFirst: 0, onlyOther: 0 },
    });
    const { difference, test } = digits ?? {};
    if (!test || !difference?.paired) throw new Error('the outcomes are not compared');
    const { onlyFirst, onlyOther, value, interval } = difference;
    expect(onlyFirst).toBeGreaterThan(0);
    expect((onlyOther - onlyFirst) / test.total).toBeCloseTo(value, 12);
    expect(interval).toEqual(tango({ onlyFirst, onlyOther }, test.total));
    // The same children for the first task; the second has half the validations on the branch.
    const cost = (nth: number) => tasks[nth]?.models.map((model) => model?.trainingFlops ?? 0);
    expect(cost(0)?.[1]).toBe(cost(0)?.[0]);
    expect(cost(1)?.[1]).toBeLessThan(0.8 * (cost(1)?.[0] ?? 0));
    const plot = join(folder, 'plot.svg');
    const said = await text('compare', 'first', 'first:wide', '--plot', plot);
    expect(said).toContain('same model');
    expect(said).toContain(`  ${onlyOther} : ${onlyFirst}  `);
    expect(readFileSync(plot, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    const nowhere = join(folder, 'none', 'plot.svg');
    expect(
      (await refusalOf('compare', 'first', 'first:wide', '--plot', nowhere)).message,
    ).toContain('ENOENT');
  });
});

describe('adopt and gc', () => {
  it('adopt a branch, and delete what no branch needs', async () => {
    const before = await json(['gc', 'first'], garbageShape);
    expect(before).toMatchObject({ unreferenced: { files: 0 }, deleted: false });
    expect(await text('adopt', 'first:wide', '--tasks', 'digits')).toMatch(
      /^first has adopted digits of first:wide; .*\nwhat it was before is first:main-before-wide; npx mu2net drop first:main-before-wide gives that up$/m,
    );
    const own = await json(['show', 'digits'], pathShape);
    expect(own.components.some(({ origin }) => origin === 'adopted')).toBe(true);
    expect(await text('log')).toContain('adopted digits of wide');
    const adopted = await json(['adopt', 'first:wide'], adoptionShape);
    expect(adopted).toMatchObject({ run: 'first', kept: 'main-before-wide-2' });
    expect((await json(['leaderboard'], leaderboardShape)).rows).toEqual(
      (await json(['leaderboard', 'first:wide'], leaderboardShape)).rows,
    );
    // The earlier main stays until its branches are dropped.
    expect(await text('gc')).toContain('there is nothing to delete');
    expect(await text('log')).toMatch(/2 digits \(main-before-wide\)/);
    for (const name of ['main-before-wide', 'main-before-wide-2'])
      await text('drop', `first:${name}`);
    const said = await text('gc');
    expect(said).toMatch(/^not used by a branch +[1-9]\d* /m);
    expect(said).toContain('npx mu2net gc first --delete');
    const found = await json(['gc'], garbageShape);
    expect(await json(['gc', '--delete'], garbageShape)).toEqual({ ...found, deleted: true });
    expect(await text('gc')).toContain('there is nothing to delete');
    expect((await refusalOf('adopt', 'first')).code).toBe('BRANCH_REFUSED');
    expect((await refusalOf('drop', 'first')).code).toBe('BRANCH_REFUSED');
  });
});
