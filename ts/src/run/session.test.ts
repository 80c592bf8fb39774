import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import {
  growDirectory,
  interceptRequests,
  recordOf,
  temporaryFolder,
  uninterruptedRecord,
} from '../../../tests/support/runs.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import { openRun } from '../index.js';
import { eventLogOf } from '../state/directory.js';
import { lockRun } from '../state/lock/lock.js';
import { readRun } from '../state/record/ledger.js';
import { parseAddress, runNames } from '../state/runs.js';
import { type RunEvent, runEvent } from './events/events.js';
import { eventsOf } from './events/read-events.js';
import { type GrowOptions, resumeRun } from './session.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);

/** Runs until the first path is tested, then stops the run. */
async function createInterruptedRun(folder: string): Promise<string> {
  const stop = new AbortController();
  const onEvent = ({ type }: RunEvent) => type === 'tested' && stop.abort();
  const running = growDirectory(experiment, { folder, pool, onEvent, signal: stop.signal });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  return join(folder, 'test');
}

describe('run', () => {
  test('creates a run in a new directory and grows it to its end', async () => {
    const folder = temporaryFolder();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => void events.push(event);
    const directory = await growDirectory(experiment, { folder, pool, onEvent });
    expect(directory).toBe(join(folder, 'test'));
    expect(readRun(parseAddress(directory), recordOf)).toEqual(
      await uninterruptedRecord(experiment),
    );
    expect(events.find(({ type }) => type === 'started')).toEqual({
      type: 'started',
      time: expect.any(String),
      run: 'test',
      branch: 'main',
      directory,
      resumed: false,
      tasks: ['a', 'b', 'c'],
      taskIterations: 1,
      children: 18,
      childrenDone: 0,
    });
    expect(events.at(-1)).toMatchObject({ type: 'finished', run: 'test' });
    lockRun(directory).release();
  });

  test('adds a number when its name is in use', async () => {
    const folder = temporaryFolder();
    await growDirectory(experiment, { folder, pool });
    expect(await growDirectory(experiment, { folder, pool })).toBe(join(folder, 'test-2'));
    const [one, other] = await Promise.all([
      growDirectory(experiment, { folder, pool }),
      growDirectory(experiment, { folder, pool }),
    ]);
    expect([one, other].sort()).toEqual([join(folder, 'test-3'), join(folder, 'test-4')]);
  });

  test('with a name in use is RUN_EXISTS', async () => {
    const folder = temporaryFolder();
    const options: GrowOptions = { folder, pool, name: 'mine' };
    expect(await growDirectory(experiment, options)).toBe(join(folder, 'mine'));
    await expect(growDirectory(experiment, options)).rejects.toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringContaining('mu2net resume mine'),
    });
  });

  test('creates no run when it is stopped before it began', async () => {
    const folder = temporaryFolder();
    const stopped = growDirectory(experiment, { folder, pool, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(runNames(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves nothing behind when its start fails, except what was there before', async () => {
    const folder = temporaryFolder();
    const missing = new Mu2NetError('DATA_MISSING', 'there is no data');
    const failing = interceptRequests(pool, async () => Promise.reject(missing));
    const start = () => growDirectory(experiment, { folder, pool: failing });
    await expect(start()).rejects.toBe(missing);
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(join(folder, 'test'));
    writeFileSync(join(folder, 'test', 'notes.txt'), 'mine');
    await expect(start()).rejects.toBe(missing);
    expect(readdirSync(join(folder, 'test'))).toContain('notes.txt');
  });

  test('keeps the log that the error of a failed start names', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'test', 'worker-1.log');
    const failing = interceptRequests(pool, async () => {
      writeFileSync(file, 'why');
      throw new Mu2NetError('SIDECAR_LOST', 'see its log', { file });
    });
    await expect(growDirectory(experiment, { folder, pool: failing })).rejects.toThrow('its log');
    expect(existsSync(file)).toBe(true);
  });

  test('says its name before anything else', async () => {
    const folder = temporaryFolder();
    const said: string[] = [];
    const onEvent = ({ type }: RunEvent) => void said.push(type);
    const onNamed = (run: string) => void said.push(run);
    for (const _ of [1, 2]) await growDirectory(experiment, { folder, pool, onEvent, onNamed });
    expect(said.filter((each) => each.startsWith('test-') || each === 'test')).toEqual([
      'test',
      'test-2',
    ]);
    expect(said[0]).toBe('test');
  });

  test('leaves no run when the start fails, and frees the name', async () => {
    const folder = temporaryFolder();
    const unknown: Experiment = { ...experiment, tasks: [taskOf('unknown')] };
    const failing = growDirectory(unknown, { folder, pool });
    await expect(failing).rejects.toMatchObject({ code: 'DATA_MISSING' });
    expect(runNames(folder)).toEqual([]);
    expect(await growDirectory(experiment, { folder, pool })).toBe(join(folder, 'test'));
  });
});

describe('the events of a session', () => {
  test('are those of the schema, with time, run and branch, and the log has the same', async () => {
    const folder = temporaryFolder();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => void events.push(event);
    const directory = await growDirectory(experiment, { folder, pool, onEvent });
    for (const event of events) {
      expect(runEvent.parse(event)).toEqual(event);
      expect(event).toMatchObject({ run: 'test', branch: 'main' });
    }
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
    const logged = eventsOf(readFileSync(eventLogOf(directory), 'utf8'));
    const lasting = (all: readonly RunEvent[]) => all.filter(({ type }) => type !== 'progress');
    expect(lasting(logged)).toEqual(lasting(events));
    expect(events.filter(({ type }) => type === 'phase').slice(0, 4)).toMatchObject([
      { phase: 'inspecting', task: 'a' },
      { phase: 'inspecting', task: 'b' },
      { phase: 'inspecting', task: 'c' },
      { phase: 'creating root', task: null },
    ]);
  });

  test('end with the reason when the session stops', async () => {
    const folder = temporaryFolder();
    const directory = await createInterruptedRun(folder);
    const logged = eventsOf(readFileSync(eventLogOf(directory), 'utf8'));
    expect(logged.at(0)).toMatchObject({ type: 'session', pid: process.pid });
    expect(logged.at(-1)).toMatchObject({ type: 'stopped', code: 'CANCELLED' });
  });

  test('are told and the run goes on when the log cannot be written', async () => {
    const folder = temporaryFolder();
    // A folder has the log's name, so no user, not even root, can write it.
    mkdirSync(eventLogOf(join(folder, 'test')), { recursive: true });
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => void events.push(event);
    const directory = await growDirectory(experiment, { folder, pool, onEvent });
    expect(readRun(parseAddress(directory), recordOf)).toEqual(
      await uninterruptedRecord(experiment),
    );
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringMatching(/events\.jsonl cannot be written: .*EISDIR/)]);
  });
});

describe('resume', () => {
  test('continues from the current state of the record', async () => {
    const folder = temporaryFolder();
    const directory = await createInterruptedRun(folder);
    const events: RunEvent[] = [];
    await resumeRun(parseAddress(directory), { pool, onEvent: (event) => events.push(event) });
    expect(events.find(({ type }) => type === 'started')).toMatchObject({
      resumed: true,
      childrenDone: 6,
    });
    expect(readRun(parseAddress(directory), recordOf)).toEqual(
      await uninterruptedRecord(experiment),
    );
  });

  test('reports changed data, even if its facts were not declared', async () => {
    const folder = temporaryFolder();
    const undeclared = experiment.tasks.map((task) => ({ ...task, facts: null }));
    const stop = new AbortController();
    const onEvent = ({ type }: RunEvent) => type === 'started' && stop.abort();
    const options: GrowOptions = { folder, pool, signal: stop.signal, onEvent };
    const running = growDirectory({ ...experiment, tasks: undeclared }, options);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    const facts = { numClasses: 5, examples: { train: 640, validation: 100, test: 999 } };
    const tasks = experiment.tasks.map((task) => ({ ...task, facts }));
    const changed = poolOf({ ...experiment, tasks });
    await expect(
      resumeRun(parseAddress(join(folder, 'test')), { pool: changed }),
    ).rejects.toMatchObject({
      code: 'DATA_CORRUPT',
      message: expect.stringMatching(/^task 'a': test split test has 999 examples, but 1000/),
    });
    await resumeRun(parseAddress(join(folder, 'test')), { pool });
  });

  test('for a run in use is RUN_LOCKED, for a missing run RUN_UNKNOWN', async () => {
    const folder = temporaryFolder();
    const directory = await createInterruptedRun(folder);
    const lock = lockRun(directory);
    await expect(resumeRun(parseAddress(directory), { pool })).rejects.toMatchObject({
      code: 'RUN_LOCKED',
    });
    lock.release();
    const none = join(folder, 'none');
    await expect(resumeRun(parseAddress(none), { pool })).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    });
    expect(existsSync(none)).toBe(false);
  });

  test('for a finished run needs no data, and does what a kill after the last test prevented', async () => {
    const folder = temporaryFolder();
    const directory = join(folder, 'test');
    const killed = interceptRequests(pool, async ({ kind }) => {
      const isLast = kind === 'collect' && openRun(directory).status().finished;
      if (isLast) throw new Mu2NetError('CANCELLED', 'killed');
    });
    await expect(growDirectory(experiment, { folder, pool: killed })).rejects.toThrow('killed');
    const requests: string[] = [];
    const observed = interceptRequests(pool, async ({ kind }) => void requests.push(kind));
    await resumeRun(parseAddress(directory), { pool: observed });
    expect(requests).toEqual(['collect']);
    expect(readRun(parseAddress(directory), recordOf)).toEqual(
      await uninterruptedRecord(experiment),
    );
    await resumeRun(parseAddress(directory), { pool: observed });
    expect(requests).toEqual(['collect']);
  });
});
