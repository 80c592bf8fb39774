import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { loadExperiment, sweep } from '../../ts/src/index.js';
import { SMALL } from '../e2e/support.js';
import { poolOf } from '../support/experiments.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';
import { sweepComparisonShape, sweepShape } from './shapes/sweep.js';

const folder = temporaryFolder();
const runs = join(folder, 'runs');
const WIDTHS = { 'method.width': [1, 2] };
const WORDS = ['sweep', 'run', 'digits.yaml', '--set', 'method.width=1,2', '--name', 'widths'];

/** Grows a sweep of a configuration by a pool that computes nothing. */
async function growSweep(
  name: string,
  options: { seeds: readonly number[]; file?: string; settings?: Record<string, unknown[]> },
): Promise<void> {
  const { file = 'digits.yaml', settings = {}, seeds } = options;
  const experimentOf = (set = {}) =>
    loadExperiment(join(folder, file), { set, dataMustExist: false });
  await sweep(experimentOf, { name, seeds, settings, folder: runs, pool: poolOf(experimentOf()) });
}

beforeAll(async () => {
  const configuration = { ...SMALL, method: { samplesPerTask: 2, width: 2 } };
  writeFileSync(join(folder, 'digits.yaml'), stringify(configuration));
  writeFileSync(join(folder, 'mnist.yaml'), stringify({ ...configuration, tasks: ['mnist'] }));
  await growSweep('widths', { seeds: [1, 2], settings: WIDTHS });
  await growSweep('deep', { seeds: [2, 3], settings: { 'hyperparameters.num_layers': [2] } });
  await growSweep('late', { seeds: [7] });
  await growSweep('mnist', { seeds: [1, 2], file: 'mnist.yaml' });
});

async function json<T>(words: readonly string[], shape: z.ZodType<T>): Promise<T> {
  const { status, stdout, stderr } = await mu2net(folder, [...words, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return shape.parse(JSON.parse(stdout));
}

async function refusal(...words: readonly string[]): Promise<{ code: string; message: string }> {
  const answer = await mu2net(folder, [...words, '--json']);
  expect(answer.status).not.toBe(0);
  return reported(answer);
}

describe('sweep', () => {
  it('run with nothing left to grow starts no worker, and shows what show does', async () => {
    const shown = await json(['sweep', 'show', 'widths'], sweepShape);
    expect(await json([...WORDS, '--seeds', '1..2'], sweepShape)).toEqual(shown);
    const { stdout } = await mu2net(folder, ['sweep', 'show', 'widths']);
    expect(stdout).toMatch(/^widths\ntask +setting +seeds +test +minus widths-1 /);
    expect(stdout).toMatch(/^ +widths-2 +2 +\d+\.\d\d % +[+−]\d+\.\d\d +[+−]/m);
    expect(stdout).toMatch(/^ {2}widths-2 +method\.width=2$/m);
  });

  it('run refuses other settings under the same name, and seeds that are none', async () => {
    const other = ['sweep', 'run', 'mnist.yaml', '--name', 'widths', '--seeds', '1'];
    expect(await refusal(...other)).toMatchObject({ code: 'RUN_EXISTS' });
    const { code, message } = await refusal(...WORDS, '--seeds', '3..1');
    expect(code).toBe('USAGE');
    expect(message).toContain('--seeds 3..1: a range goes up, by at most 1000 seeds: 1..5');
  });
});

describe('leaderboard of a sweep', () => {
  it('has the mean over seeds of each task and setting, with both intervals', async () => {
    const { sweep: name, settings } = await json(['leaderboard', 'widths'], sweepShape);
    expect([name, settings.map((each) => each.name)]).toEqual(['widths', ['widths-1', 'widths-2']]);
    for (const { runs: cells, tasks } of settings) {
      const accuracies = await Promise.all(
        cells.map(async ({ run }) => {
          const { stdout } = await mu2net(folder, ['leaderboard', run, '--json']);
          return JSON.parse(stdout).meanTestAccuracy as number;
        }),
      ).then((all) => all as [number, number]);
      const { n, value, interval, crossedInterval } = tasks[0]?.testAccuracy ?? {};
      expect(n).toBe(2);
      expect(value).toBeCloseTo((accuracies[0] + accuracies[1]) / 2, 12);
      expect(interval).not.toBeNull();
      expect(crossedInterval).not.toBeNull();
    }
    const { stdout } = await mu2net(folder, ['leaderboard', 'widths']);
    expect(stdout).toMatch(/^widths-1 +all tasks +2 +\d+\.\d\d % +\d/m);
  });

  it('can be of one setting; a run of that name goes first', async () => {
    const { settings } = await json(['leaderboard', 'widths-2'], sweepShape);
    expect(settings.map(({ set }) => set)).toEqual([{ 'method.width': 2 }]);
    expect((await refusal('leaderboard', 'widths-3')).message).toContain("no run 'widths-3'");
  });
});

describe('compare of sweeps', () => {
  it('compares the settings of one, paired by seed and by image', async () => {
    const { settings } = await json(['compare', 'widths'], sweepComparisonShape);
    const [first, second] = settings;
    expect(first?.mean.difference).toBeNull();
    const [narrow, wide] = settings.map(({ mean }) => mean.testAccuracy?.value ?? Number.NaN);
    expect(second?.mean.difference?.value).toBeCloseTo((wide ?? 0) - (narrow ?? 0), 12);
    expect(second?.tasks[0]?.difference).toMatchObject({ n: 2 });
    expect(second?.tasks[0]?.difference?.crossedInterval).not.toBeNull();
    expect(await json(['compare', 'widths-1', 'widths-2'], sweepComparisonShape)).toEqual({
      settings,
    });
  });

  it('compares another sweep on the seeds that both have, and says which do not count', async () => {
    const { settings } = await json(['compare', 'widths-1', 'deep'], sweepComparisonShape);
    expect(settings[1]?.tasks[0]).toMatchObject({ testAccuracy: { n: 2 }, difference: { n: 1 } });
    rmSync(join(runs, 'deep-1-seed-3'), { recursive: true });
    const { stdout } = await mu2net(folder, ['compare', 'widths-1', 'deep']);
    expect(stdout).toContain('Not finished, so not counted: deep-1-seed-3.');
  });

  it.each([
    [['widths', 'late'], /^widths-1 and late-1 have no finished run with the same seed; /],
    [['widths-1', 'mnist'], /^widths-1 and mnist-1 have no task in common: digits; mnist$/],
    [['late'], /^late has one setting; name another sweep to compare it with$/],
    [['widths', 'late-1-seed-7'], /^widths is a sweep, and late-1-seed-7 is not; /],
    [['late-1-seed-7'], /^late-1-seed-7 is a run; name another to compare it with; /],
    [['nothing', 'widths'], /^widths is a sweep, and nothing is not; /],
    [['widths', '--plot', 'a.svg'], /^--plot draws runs, and no sweeps; /],
  ])('refuses %j in one line', async (words, message) => {
    expect((await refusal('compare', ...words)).message).toMatch(message);
    expect(readdirSync(folder)).not.toContain('a.svg');
  });

  it('says which runs are not finished, if none of a seed is', async () => {
    rmSync(join(runs, 'late-1-seed-7'), { recursive: true });
    expect((await refusal('compare', 'widths-1', 'late')).message).toBe(
      "widths-1 and late-1 have no finished run with the same seed; not finished: late-1-seed-7; 'npx mu2net sweep run' with the same configuration and --name goes on, and takes more --seeds",
    );
  });
});
