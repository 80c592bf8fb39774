import { setTimeout as sleep } from 'node:timers/promises';
import { eventLogOf } from '../../state/directory.js';
import { readHolder } from '../../state/lock/holder.js';
import type { RunEvent } from './events.js';
import { EventReader } from './read-events.js';

/** Options of `Run.watch`. */
export interface WatchOptions {
  /** Stops the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Time between two reads of the event log; 500 by default. */
  readonly pollMilliseconds?: number | undefined;
}

/**
 * Yields the events of the session that grows the run in a directory, from its first event on.
 * Ends with the session, and at once if no process grows the run.
 */
export async function* watchEvents(
  directory: string,
  { signal, pollMilliseconds = 500 }: WatchOptions = {},
): AsyncGenerator<RunEvent, void, undefined> {
  if (readHolder(directory) === null) return;
  const reader = new EventReader(eventLogOf(directory));
  try {
    let events = lastSession(reader.read());
    while (!signal?.aborted) {
      // Asked before reading, because the last events of a session come before it ends.
      const held = events.length > 0 || readHolder(directory) !== null;
      yield* events;
      if (events.some(isEnd)) return;
      if (held) await sleep(pollMilliseconds, null, { ...(signal && { signal }) }).catch(() => {});
      events = reader.read();
      if (!held && events.length === 0) return;
    }
  } finally {
    reader.close();
  }
}

function isEnd({ type }: RunEvent): boolean {
  return type === 'finished' || type === 'stopped';
}

/** Returns the events of the last session, which may have begun in the older log. */
export function lastSession(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.slice(
    Math.max(
      0,
      events.findLastIndex(({ type }) => type === 'session'),
    ),
  );
}
