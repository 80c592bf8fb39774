import type { PathId } from '../../domain/path.js';
import type { RunEvent } from './events.js';

/** The log has at most one progress of a child in this time, besides one for each validation. */
const BETWEEN_MILLIS = 5_000;

/** The last progress of each child in training that the log has. */
export type LoggedProgress = ReadonlyMap<
  PathId,
  { readonly time: number; readonly validations: number }
>;

/** Says whether the event log keeps an event, and what it then knows of the progress of children. */
export function isWorthLogging(
  event: RunEvent,
  logged: LoggedProgress,
): { readonly worth: boolean; readonly logged: LoggedProgress } {
  if (event.type === 'generation') return { worth: true, logged: new Map() };
  if (event.type !== 'progress') return { worth: true, logged };
  const [time, validations] = [Date.parse(event.time), event.qualities.length];
  const last = logged.get(event.pathId);
  if (last && last.validations === validations && time - last.time < BETWEEN_MILLIS) {
    return { worth: false, logged };
  }
  return { worth: true, logged: new Map(logged).set(event.pathId, { time, validations }) };
}
