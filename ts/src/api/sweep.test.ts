import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import { type Experiment, openRun, type Setting, sweep, sweepSummary } from '../index.js';
import { readRun } from '../state/record/ledger.js';
import { MAIN } from '../state/record/records.js';

const base = experimentOf({ taskIterations: 1 });
const pool = poolOf(base);
const experimentWith = ({ seed, width }: Setting): Experiment => ({
  ...base,
  seed: Number(seed),
  method: { ...base.method, width: Number(width ?? 2) },
});
const settings = { width: [1, 2] };

const recordsIn = (folder: string, runs: readonly string[]) =>
  runs.map((run) => readRun({ directory: join(folder, run), branch: MAIN }, recordOf));

it('a sweep grows a run per setting and seed, and says means, intervals and paired differences', async () => {
  const folder = temporaryFolder();
  const summary = await sweep(experimentWith, {
    ...{ name: 'widths', seeds: [1, 2, 2], settings, folder, pool },
  });
  expect(summary.settings.map(({ set, runs }) => [set, runs.map(({ run }) => run)])).toEqual([
    [{ width: 1 }, ['widths-1-seed-1', 'widths-1-seed-2']],
    [{ width: 2 }, ['widths-2-seed-1', 'widths-2-seed-2']],
  ]);
  const accuracyOf = (run: string) =>
    openRun(run, { folder })
      .leaderboard()
      .rows.find(({ task }) => task === 'b')?.testAccuracy ?? Number.NaN;
  const [first, second] = summary.settings.map(({ tasks }) =>
    tasks.find(({ task }) => task === 'b'),
  );
  const [a, b] = ['widths-1-seed-1', 'widths-1-seed-2'].map(accuracyOf) as [number, number];
  const [c, d] = ['widths-2-seed-1', 'widths-2-seed-2'].map(accuracyOf) as [number, number];
  expect(first?.testAccuracy).toMatchObject({ n: 2, value: (a + b) / 2 });
  expect(first?.difference).toBeNull();
  const [low = 0, high = 0] = second?.difference?.interval ?? [];
  expect(second?.difference?.value).toBeCloseTo((c - a + d - b) / 2, 12);
  expect(high - low).toBeCloseTo(12.7062 * Math.abs(c - a - (d - b)), 9);
  expect(sweepSummary('widths', { folder })).toEqual(summary);
});

it('a sweep that is stopped goes on to the same result, and can get more seeds', async () => {
  const options = { name: 'widths', settings, pool };
  const whole = temporaryFolder();
  await sweep(experimentWith, { ...options, seeds: [1], folder: whole });
  const folder = temporaryFolder();
  const stop = new AbortController();
  const stopped = sweep(experimentWith, {
    ...{ ...options, seeds: [1], folder, signal: stop.signal },
    onEvent(event) {
      if (event.type === 'tested' && event.run === 'widths-2-seed-1') stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(
    sweepSummary('widths', { folder }).settings.map(({ runs }) => runs.map(({ state }) => state)),
  ).toEqual([['finished'], ['begun']]);
  const begun: string[] = [];
  await sweep(experimentWith, {
    ...{ ...options, seeds: [1, 3], folder },
    onEvent: ({ type, run }) => void (type === 'started' && begun.push(run)),
  });
  expect(begun).toEqual(['widths-2-seed-1', 'widths-1-seed-3', 'widths-2-seed-3']);
  const runs = ['widths-1-seed-1', 'widths-2-seed-1'];
  expect(recordsIn(folder, runs)).toEqual(recordsIn(whole, runs));
});

it('a sweep with other experiments is refused before anything grows', async () => {
  const folder = temporaryFolder();
  const options = { name: 'widths', seeds: [1], settings: { width: [1] }, folder, pool };
  await sweep(experimentWith, options);
  const before = readdirSync(folder);
  const other = sweep((set) => ({ ...experimentWith(set), cycles: 2 }), options);
  await expect(other).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  const none = sweep(experimentWith, { ...options, name: 'none', seeds: [] });
  await expect(none).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(readdirSync(folder)).toEqual(before);
});
