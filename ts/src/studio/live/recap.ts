import type { RunEvent } from '../../run/events/events.js';
import { lastSession } from '../../run/events/watch.js';

/** Most warnings that a recap has. */
const WARNINGS = 20;

/**
 * Returns what somebody who comes late has to know of the session in progress, oldest first: its
 * beginning, the last generation and what came after it, what each worker said last, and the last
 * warnings. A recap of a recap and later events is the recap of all.
 */
export function recapOf(events: readonly RunEvent[]): readonly RunEvent[] {
  const session = lastSession(events);
  const generation = session.findLastIndex(({ type }) => type === 'generation');
  const last = new Map<string, RunEvent>();
  for (const event of session) {
    const key = keyOf(event);
    if (key !== null) last.set(key, event);
  }
  const warnings = session.filter(({ type }) => type === 'warning').slice(0, -WARNINGS);
  const isOld = new Set(warnings);
  return session.filter((event, at) => {
    const key = keyOf(event);
    if (key !== null) return last.get(key) === event;
    if (event.type === 'warning') return !isOld.has(event);
    return at >= generation || event.type === 'session' || event.type === 'started';
  });
}

/** Events with the same key replace each other. */
function keyOf(event: RunEvent): string | null {
  switch (event.type) {
    case 'worker':
      return event.worker === null ? null : `worker ${event.worker}`;
    case 'progress':
      return `progress ${event.pathId}`;
    case 'reading':
    case 'sending':
      return event.type;
    default:
      return null;
  }
}
