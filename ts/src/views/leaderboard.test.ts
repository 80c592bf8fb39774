import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { createRecord, growToEnd } from '../../../tests/support/runs.js';
import { componentsOf } from '../domain/system.js';
import { leaderboard } from './leaderboard.js';
import { show } from './show.js';
import { status } from './status.js';

const experiment = experimentOf({
  tasks: [taskOf('b'), taskOf('a', { isPrivate: true }), taskOf('c')],
});

async function growWhole() {
  const pool = poolOf(experiment, { diverging: new Set([2]) });
  const ledger = await createRecord(experiment, pool);
  return { ledger, system: await growToEnd(ledger, pool) };
}

/** Grows a run that stops in its second iteration, after the first generation. */
async function growStopped() {
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  const stop = new AbortController();
  const growing = growToEnd(
    ledger,
    pool,
    ({ type }) => type === 'child' && ledger.children().length === 9 && stop.abort(),
    stop.signal,
  );
  await expect(growing).rejects.toMatchObject({ code: 'CANCELLED' });
  return ledger;
}

describe('leaderboard', () => {
  test('a finished run has a row per task, each equal to the definitions', async () => {
    const { ledger, system } = await growWhole();
    const { run, rows, meanTestAccuracy, systemParameterCount } = leaderboard(ledger, 'name');
    expect(run).toBe('name');
    expect(rows.map(({ task, isPrivate }) => [task, isPrivate])).toEqual([
      ['b', false],
      ['a', true],
      ['c', false],
    ]);
    const living = [...system.paths.values()].filter(({ task }) => task !== null);
    const used = new Map<string, number>();
    for (const row of rows) {
      const path = living.find(({ task }) => task === row.task);
      if (!path) throw new Error(`${row.task} has no path`);
      let accounted = 0;
      let shared = 0;
      let total = 0;
      for (const { id, parameterCount } of componentsOf(path, system)) {
        const users = living.filter(({ components }) => components.includes(id)).length;
        accounted += parameterCount / users;
        total += parameterCount;
        if (users > 1) shared += parameterCount;
        used.set(id, parameterCount);
      }
      const evaluation = ledger.evaluations().find((each) => each.pathId === path.id);
      const { method } = experiment;
      const factor = method.score.base ** (accounted / method.score.parametersReference);
      expect(row).toMatchObject({ pathId: path.id, parameterCount: total });
      expect(row.accountedParameterCount).toBeCloseTo(accounted, 9);
      expect(row.sharedFraction).toBeCloseTo(shared / total, 12);
      expect(row.validationAccuracy).toBe(path.quality);
      expect(row.score).toBeCloseTo((path.quality ?? 0) * factor, 12);
      expect(row.testAccuracy).toBe((evaluation?.correct ?? 0) / 1000);
      expect(row.lineage.at(-1)).toBe('root');
      // 1000 test images of five classes: the interval is at most 3.1 points to each side.
      expect(row.chance).toBe(0.2);
      const lead = (row.testAccuracy ?? 0) - row.chance;
      if (Math.abs(lead) > 0.032) expect(row.isBetterThanChance).toBe(lead > 0);
      expect(row.majorityAccuracy).toBe(0.2);
      const ahead = (row.testAccuracy ?? 0) - (row.probeAccuracy ?? 1);
      expect(row.probeAccuracy).toBeGreaterThanOrEqual(0.2);
      // Paired with up to 450 images that only one of both gets right, it is 4.2 points.
      if (Math.abs(ahead) > 0.042) expect(row.isBetterThanBaseline).toBe(ahead > 0);
    }
    // Each shared component is counted once in total.
    const sum = rows.reduce(
      (all, { accountedParameterCount: accountedParams }) => all + (accountedParams ?? 0),
      0,
    );
    expect(sum).toBeCloseTo(systemParameterCount, 6);
    expect(systemParameterCount).toBe([...used.values()].reduce((a, b) => a + b, 0));
    const mean = rows.reduce((all, { testAccuracy }) => all + (testAccuracy ?? 0), 0) / 3;
    expect(meanTestAccuracy).toBeCloseTo(mean, 12);
  });

  test('a run in progress has the finished tasks; candidates of the active one lock nothing', async () => {
    const ledger = await growStopped();
    const { rows, systemParameterCount } = leaderboard(ledger, 'name');
    expect(rows.map(({ task }) => task)).toEqual(['b']);
    expect(rows[0]).toMatchObject({
      sharedFraction: 0,
      accountedParameterCount: systemParameterCount,
    });
    expect(rows[0]?.parameterCount).toBe(systemParameterCount);
  });

  test('a run that has just begun has no row', async () => {
    const ledger = await createRecord(experiment, poolOf(experiment));
    expect(leaderboard(ledger, 'name')).toEqual({
      run: 'name',
      rows: [],
      meanTestAccuracy: null,
      systemParameterCount: 0,
    });
  });
});

describe('status', () => {
  test('a finished run', async () => {
    const { ledger } = await growWhole();
    expect(status(ledger, 'name')).toMatchObject({
      run: 'name',
      experiment: 'test',
      seed: 1,
      startedAt: '1970-01-01T00:00:00.000Z',
      finished: true,
      task: null,
      iterationsDone: 6,
      iterations: 6,
      generationsDone: 0,
      generations: 2,
      childrenDone: 36,
      children: 36,
      retained: ledger.paths().length - 1,
      failures: [{ pathId: 2, task: 'b', reason: expect.stringContaining('diverge') }],
    });
  });

  test('a run in progress', async () => {
    expect(status(await growStopped(), 'name')).toMatchObject({
      finished: false,
      task: 'a',
      iterationsDone: 1,
      generationsDone: 1,
      childrenDone: 9,
      children: 36,
      failures: [],
    });
  });
});

describe('show', () => {
  test('a task’s best path, and the same path by its id', async () => {
    const { ledger, system } = await growWhole();
    const [row] = leaderboard(ledger, 'name').rows;
    if (!row) throw new Error('a finished run has rows');
    const shown = show(ledger, 'b');
    expect(show(ledger, String(row.pathId))).toEqual(shown);
    const path = system.paths.get(row.pathId);
    expect(shown).toMatchObject({
      pathId: row.pathId,
      task: 'b',
      living: true,
      quality: row.validationAccuracy,
      testAccuracy: row.testAccuracy,
      hyperparameters: path?.hyperparameters,
    });
    expect(shown.lineage.map(({ pathId }) => pathId).at(-1)).toBe(0);
    const living = [...system.paths.values()];
    for (const { id, origin, users } of shown.components) {
      const tasks = living
        .filter(({ components }) => components.includes(id))
        .map(({ task }) => task ?? 'root');
      expect(users.toSorted()).toEqual(tasks.toSorted());
      if (id.startsWith(`${row.pathId}/`))
        expect(['cloned', 'fresh', 'resampled']).toContain(origin);
      else expect(origin).toBe('shared');
    }
  });

  test('a path that was superseded, and the root', async () => {
    const { ledger, system } = await growWhole();
    const gone = ledger.paths().find(({ id }) => !system.paths.has(id));
    expect(show(ledger, String(gone?.id))).toMatchObject({ pathId: gone?.id, living: false });
    const root = show(ledger, '0');
    expect(root).toMatchObject({ task: null, living: true, quality: null, score: null });
    expect(new Set(root.components.map(({ origin }) => origin))).toEqual(new Set(['root']));
  });

  test.each(['nobody', '999', '-1', ''])('%o is PATH_UNKNOWN', async (which) => {
    const { ledger } = await growWhole();
    expect(() => show(ledger, which)).toThrow(
      expect.objectContaining({
        code: 'PATH_UNKNOWN',
        message: expect.stringContaining('its tasks are: b, a, c'),
      }),
    );
  });
});
