import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { eventLogOf } from '../../state/directory.js';
import { readHolder } from '../../state/lock/holder.js';
import { lockRun } from '../../state/lock/lock.js';
import { growRun } from '../session.js';
import type { EventBody, RunEvent } from './events.js';
import { stampEvent } from './reporter.js';
import { watchEvents } from './watch.js';

const experiment = experimentOf({ taskIterations: 1 });
const where = { run: 'test', branch: 'main' };
const OFTEN = { pollMilliseconds: 1 };

async function collect(events: AsyncIterable<RunEvent>): Promise<readonly RunEvent[]> {
  const collected: RunEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

const withoutProgress = (events: readonly RunEvent[]) =>
  events.filter(({ type }) => type !== 'progress');

/** Appends events to the log of a directory, as a process that grows a run does. */
function write(directory: string, ...bodies: readonly EventBody[]): void {
  for (const body of bodies) {
    appendFileSync(eventLogOf(directory), `${JSON.stringify(stampEvent(body, where))}\n`);
  }
}

describe('watching a run', () => {
  test('yields every event from the first one to the end of the session', async () => {
    const folder = temporaryFolder();
    const happened: RunEvent[] = [];
    let watching: Promise<readonly RunEvent[]> | undefined;
    await growRun(experiment, {
      folder,
      pool: poolOf(experiment),
      onEvent(event) {
        happened.push(event);
        // The session has told several events before somebody watches.
        if (event.type === 'best') watching ??= collect(watchEvents(join(folder, 'test'), OFTEN));
      },
    });
    const watched = (await watching) ?? [];
    expect(withoutProgress(watched)).toEqual(withoutProgress(happened));
    expect(watched.at(-1)).toMatchObject({ type: 'finished' });
  });

  test('yields only the last session, and ends when its process is gone without a word', async () => {
    const directory = temporaryFolder();
    const session = (pid: number): EventBody => ({ type: 'session', pid, host: 'here' });
    write(directory, session(1), { type: 'warning', message: 'before' }, session(2));
    const lock = lockRun(directory);
    expect(readHolder(directory)).not.toBeNull();
    const watched: RunEvent[] = [];
    for await (const event of watchEvents(directory, OFTEN)) {
      watched.push(event);
      if (event.type !== 'session') continue;
      write(directory, { type: 'warning', message: 'last words' });
      lock.release();
    }
    expect(watched).toMatchObject([
      { type: 'session', pid: 2 },
      { type: 'warning', message: 'last words' },
    ]);
    expect(readHolder(directory)).toBeNull();
  });

  test('yields nothing for a run that no process grows', async () => {
    const folder = temporaryFolder();
    const { directory } = await growRun(experiment, { folder, pool: poolOf(experiment) });
    expect(await collect(watchEvents(directory))).toEqual([]);
  });

  test('ends when the signal aborts', async () => {
    const directory = temporaryFolder();
    const lock = lockRun(directory);
    const stop = new AbortController();
    const watched = collect(watchEvents(directory, { signal: stop.signal }));
    stop.abort();
    expect(await watched).toEqual([]);
    lock.release();
  });
});
