import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../tests/support/runs.js';
import {
  catalogueTask,
  defineExperiment,
  grow,
  listRuns,
  openRun,
  type RecordedEvent,
  type RunEvent,
  type RunEventOf,
} from '../index.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);

/** Grows a run whose process stops after its first task. */
async function growHalf(folder: string): Promise<void> {
  const stop = new AbortController();
  const onEvent = ({ type }: RunEvent) => {
    if (type === 'tested') stop.abort();
  };
  const growing = grow(experiment, { folder, pool, signal: stop.signal, onEvent });
  await expect(growing).rejects.toMatchObject({ code: 'CANCELLED', subject: { run: 'test' } });
}

const isRecorded = (event: RunEvent): event is RunEventOf<'child' | 'tested'> =>
  event.type === 'child' || event.type === 'tested';

describe('a run', () => {
  test('can be opened by name, by directory, or as the latest run, and knows its name', async () => {
    const folder = temporaryFolder();
    const grown = await grow(experiment, { folder, pool });
    expect([grown.name, grown.branchName, grown.directory]).toEqual([
      'test',
      'main',
      join(folder, 'test'),
    ]);
    const wide = await grown.branch('wide', { at: '0' });
    expect(wide.name).toBe('test:wide');
    const opened = [
      openRun('test', { folder }),
      openRun(grown.directory),
      openRun(grown.address),
      openRun(undefined, { folder }),
      ...listRuns({ folder }),
    ];
    for (const run of opened) expect(run).toEqual(grown);
    expect(openRun('test:wide', { folder })).toEqual(wide);
    expect(openRun('test', { folder, branch: 'wide' })).toEqual(wide);
    expect(openRun(wide.address)).toEqual(wide);
    expect(grown.branches()).toEqual([grown, wide]);
  });

  test('knows the published names of classes', async () => {
    const tasks = ['mnist', 'digits', 'fashion_mnist'];
    const shipped = defineExperiment({ name: 'shipped', tasks }, { dataMustExist: false });
    const small = { ...shipped, taskIterations: 1, method: experiment.method };
    const run = await grow(small, { folder: temporaryFolder(), pool: poolOf(small) });
    const images = ['a.png', 'b.png', 'c.png'];
    const predictions = await run.predict(images, { pool: poolOf(small) });
    const named = predictions.flatMap(({ task, classes }) =>
      classes.map(({ label, name }) => [task, label, name]),
    );
    expect(named).toHaveLength(9);
    for (const [task, label, name] of named) {
      expect(name).toBe(catalogueTask(String(task))?.classNames?.[Number(label)] ?? 'a name');
    }
  });

  test.each(['../up', 'a/b', '', '.hidden', 'x'.repeat(101)])(
    'cannot have the name %j, which is also that of its folder',
    async (name) => {
      await expect(grow(experiment, { folder: temporaryFolder(), name, pool })).rejects.toThrow(
        /cannot name a run: a name has at most 100 letters/,
      );
    },
  );

  test('reports the subject of an error in fields', async () => {
    const folder = temporaryFolder();
    const run = await grow(experiment, { folder, pool });
    const branch = { code: 'BRANCH_UNKNOWN', subject: { run: 'test:none', branch: 'none' } };
    expect(() => openRun('test:none', { folder })).toThrow(expect.objectContaining(branch));
    const task = { code: 'PATH_UNKNOWN', subject: { run: 'test', task: 'cats' } };
    expect(() => run.show('cats')).toThrow(expect.objectContaining(task));
    await expect(run.predict([], { tasks: ['cats'], pool })).rejects.toMatchObject({
      code: 'TASK_UNKNOWN',
      subject: { run: 'test', task: 'cats' },
    });
    await expect(run.drop()).rejects.toMatchObject({ subject: { run: 'test', branch: 'main' } });
    const other = await grow(experiment, { folder, pool });
    await expect(run.adopt(other)).rejects.toMatchObject({
      code: 'BRANCH_REFUSED',
      message: expect.stringContaining('continueFrom'),
    });
  });

  test('emits an event for every child with its parent, components and qualities', async () => {
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const run = await grow(experiment, { folder: temporaryFolder(), pool, onEvent });
    const children = run.children();
    const measured = events.filter((event) => event.type === 'child');
    expect(children).toMatchObject(
      measured.map(({ pathId, task, qualities, score, retained, failure }) => {
        return { pathId, task, qualities, score, retained, failure };
      }),
    );
    const sampled = events.flatMap((event) => (event.type === 'generation' ? event.children : []));
    expect(children.map(({ pathId, parentId }) => [pathId, parentId])).toEqual(
      sampled.map(({ pathId, parentId }) => [pathId, parentId]),
    );
    const trained = ({ components }: (typeof children)[number]) =>
      components.filter((each) => each.trained).map(({ name }) => name);
    expect(children.map(trained)).toEqual(sampled.map(({ trainable }) => trainable));
  });
});

describe('following a run', () => {
  test('yields the events that the record gains, in order, until the run is finished', async () => {
    const folder = temporaryFolder();
    await growHalf(folder);
    const run = openRun('test', { folder });
    const followed: RecordedEvent[] = [];
    const following = (async () => {
      for await (const event of run.follow({ pollMilliseconds: 1 })) followed.push(event);
    })();
    const happened: RunEvent[] = [];
    await run.resume({ pool, onEvent: (event) => happened.push(event) });
    await following;
    const timeless = happened.filter(isRecorded).map(({ time: _, ...event }) => event);
    expect(followed).toEqual(timeless);
    expect(new Set(followed.map(({ task }) => task))).toEqual(new Set(['b', 'c']));
  });

  test('yields nothing for a finished run', async () => {
    const run = await grow(experiment, { folder: temporaryFolder(), pool });
    for await (const event of run.follow()) expect(event).toBeUndefined();
  });

  test('ends when the signal aborts', async () => {
    const folder = temporaryFolder();
    await growHalf(folder);
    const stop = new AbortController();
    const events = openRun('test', { folder }).follow({ signal: stop.signal });
    const next = events.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
