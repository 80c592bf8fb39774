import { setTimeout as sleep } from 'node:timers/promises';
import type { PathId } from '../domain/path.js';
import type { EventStamp, RunEventOf } from '../run/events/events.js';
import { type Ledger, readRun } from '../state/record/ledger.js';
import { isFinished } from '../state/record/recall.js';
import { type Address, runNameOf } from '../state/runs.js';
import { childrenOf } from '../views/children.js';

/**
 * An event that the record of a run keeps, so that any process can read it: the result of a child
 * of a committed generation, or the test result of a task's model. The record does not keep its time.
 *
 * @example
 * for await (const event of openRun('quickstart').follow()) {
 *   if (event.type === 'tested') console.log(event.task, event.correct / event.total);
 * }
 */
export type RecordedEvent = Omit<RunEventOf<'child'>, 'time'> | Omit<RunEventOf<'tested'>, 'time'>;

/** Options of `Run.follow`. */
export interface FollowOptions {
  /** Stops the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Time between two reads of the record; 500 by default. */
  readonly pollMilliseconds?: number | undefined;
}

/** The position of a reader in a record: the next path, and the number of evaluations seen. */
interface Position {
  readonly pathId: PathId;
  readonly evaluations: number;
}

/**
 * Yields the new events of a branch's record, until the branch is finished or the signal aborts.
 */
export async function* followRun(
  address: Address,
  { signal, pollMilliseconds = 500 }: FollowOptions,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const where = { run: runNameOf(address), branch: address.branch };
  let seen = readRun(address, positionOf);
  while (!signal?.aborted) {
    const news = readRun(address, (ledger) => readNewEvents(ledger, seen, where));
    yield* news.events;
    if (news.finished) return;
    seen = news.seen;
    await sleep(pollMilliseconds, null, { ...(signal && { signal }) }).catch(() => null);
  }
}

const positionOf = (ledger: Ledger): Position => ({
  pathId: ledger.nextPathId(),
  evaluations: ledger.evaluations().length,
});

/** The events that a record gained since it was last read. */
interface NewEvents {
  readonly events: readonly RecordedEvent[];
  readonly seen: Position;
  readonly finished: boolean;
}

/**
 * Reads what a record gained. Another process may write between two reads, so they run in the
 * reverse order of writing: the end first, then the tests, then the children.
 */
function readNewEvents(ledger: Ledger, seen: Position, where: Omit<EventStamp, 'time'>): NewEvents {
  const finished = isFinished(ledger);
  const tests = ledger.evaluations().slice(seen.evaluations);
  const children = childrenOf(ledger, seen.pathId);
  const paths = new Map(ledger.paths().map((path) => [path.id, path]));
  const trained = children.map((child) => {
    const { iteration, pathId, task, qualities, score, retained, failure, trainSeconds, worker } =
      child;
    const measured = { qualities, score, retained, failure, trainSeconds, worker };
    return { iteration, event: { type: 'child', ...where, task, pathId, ...measured } as const };
  });
  const tested = tests.flatMap(({ pathId, correct, total }) => {
    const { task = null, iteration = null } = paths.get(pathId) ?? {};
    if (task === null || iteration === null) return [];
    return [
      { iteration, event: { type: 'tested', ...where, task, pathId, correct, total } as const },
    ];
  });
  // A model is tested after its task iteration.
  const events = [...trained, ...tested]
    .sort((a, b) => a.iteration - b.iteration)
    .map(({ event }) => event);
  const path = (children.at(-1)?.pathId ?? seen.pathId - 1) + 1;
  return { events, seen: { pathId: path, evaluations: seen.evaluations + tests.length }, finished };
}
