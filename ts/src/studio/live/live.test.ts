import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { enter, eventsOf, type SentEvent } from '../../../../tests/support/studio.js';
import { grow } from '../../api/grow.js';
import type { RunEvent } from '../../run/events/events.js';
import { type Studio, serveStudio } from '../serve.js';

const experiment = experimentOf({ taskIterations: 1 });
const folder = temporaryFolder();
let studio: Studio;
let headers: { readonly cookie: string };

beforeAll(async () => {
  studio = await serveStudio({ folder });
  headers = await enter(studio);
});

afterAll(() => studio.close());

/** Collects events until one fits. */
async function collect(
  path: string,
  isLast: (event: SentEvent) => boolean,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly SentEvent[]> {
  const events: SentEvent[] = [];
  for await (const event of eventsOf(studio, path, { ...headers, ...more })) {
    events.push(event);
    if (isLast(event)) break;
  }
  return events;
}

const typeOf = ({ type, data }: SentEvent) =>
  type === 'event' ? `event ${(data as RunEvent).type}` : type;

describe('a page of a run', () => {
  test('sees it grow, and misses nothing when the connection is lost', async () => {
    const told: RunEvent[] = [];
    let watching: Promise<readonly SentEvent[]> | undefined;
    // Slow enough that the page is there while children train.
    const pool = poolOf(experiment, { delayMillis: 60 });
    const growing = grow(experiment, {
      folder,
      pool,
      onEvent(event) {
        told.push(event);
        if (event.type !== 'generation') return;
        watching ??= collect('/api/runs/test/events', ({ type }) => type === 'record');
      },
    });
    await expect.poll(() => watching, { timeout: 20_000 }).toBeDefined();
    const first = (await watching) ?? [];
    expect(first[0]).toMatchObject({ type: 'hello', data: { resumed: false } });
    // The page came late, and knows the session and its generation nevertheless.
    expect(first.map(typeOf)).toEqual(
      expect.arrayContaining(['event session', 'event started', 'event generation', 'status']),
    );
    const id = first.at(-1)?.id ?? '';
    await growing;
    const isEnd = (event: SentEvent) =>
      event.type === 'status' && (event.data as { finished: boolean }).finished;
    const second = await collect('/api/runs/test/events', isEnd, { 'last-event-id': id });
    expect(second[0]).toMatchObject({ type: 'hello', data: { resumed: true } });
    const both = [...first, ...second].filter(({ type }) => type === 'event');
    const seen = new Set(both.map(({ data }) => JSON.stringify(data)));
    const wanted = told.filter(({ type }) => type === 'child' || type === 'tested');
    const missed = wanted.filter((event) => !seen.has(JSON.stringify(event)));
    expect(missed).toEqual([]);
    expect(both.map(({ data }) => JSON.stringify(data))).toHaveLength(seen.size);
  }, 60_000);

  test('that does not come back in time begins anew', async () => {
    const [hello] = await collect('/api/runs/test/events', () => true, { 'last-event-id': 'x.7' });
    expect(hello).toMatchObject({ type: 'hello', data: { resumed: false } });
  });

  test('ends when the run is removed', async () => {
    const { directory } = await grow(experiment, {
      folder,
      name: 'short',
      pool: poolOf(experiment),
    });
    const events: SentEvent[] = [];
    for await (const event of eventsOf(studio, '/api/runs/short/events', headers)) {
      if (events.length === 0) rmSync(directory, { recursive: true });
      events.push(event);
    }
    expect(events.map(typeOf)).toEqual(['hello', 'status']);
  }, 30_000);
});

describe('a page of all runs', () => {
  test('gets the overview at once, again when it changes, and not when it comes back', async () => {
    const runsIn = ({ data }: SentEvent) =>
      (data as { runs: { run: string }[] }).runs.map(({ run }) => run);
    const events: SentEvent[] = [];
    for await (const event of eventsOf(studio, '/api/events', headers)) {
      events.push(event);
      if (runsIn(event).includes('late')) break;
      if (events.length === 1) {
        await grow(experiment, { folder, name: 'late', pool: poolOf(experiment) });
      }
    }
    expect(events[0] && runsIn(events[0])).not.toContain('late');
    const id = events.at(-1)?.id ?? '';
    const next = collect('/api/events', () => true, { 'last-event-id': id });
    rmSync(join(folder, 'late'), { recursive: true });
    const [change] = await next;
    expect(change && runsIn(change)).not.toContain('late');
  }, 30_000);
});
