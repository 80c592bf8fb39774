import { setTimeout as sleep } from 'node:timers/promises';
import type { PathId } from '../domain/path.js';
import type { RunEvent } from '../run/events.js';
import { type Ledger, reading } from '../state/ledger.js';
import { bestPaths, currentExperiment, taskInProgress } from '../state/recall.js';
import type { Address } from '../state/runs.js';
import { childrenOf } from '../views/children.js';

/**
 * An event that the record of a run keeps, so that any process can read it: a child of a committed
 * generation, or the test of a task's model.
 *
 * @example
 * for await (const event of openRun('quickstart').follow()) {
 *   if (event.type === 'tested') console.log(event.task, event.correct / event.total);
 * }
 */
export type RecordedEvent = Extract<RunEvent, { readonly type: 'child' | 'tested' }>;

/** How a run is followed. */
export interface FollowOptions {
  /** Ends the events without an error. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait between two looks at the record; 500 by default. */
  readonly pollMilliseconds?: number | undefined;
}

/** How much of a record was seen: the next path, and the number of evaluations. */
interface Seen {
  readonly path: PathId;
  readonly evaluations: number;
}

/** Yields what the record of a branch gains, until it is finished or the signal aborts. */
export async function* followRun(
  address: Address,
  { signal, pollMilliseconds = 500 }: FollowOptions,
): AsyncGenerator<RecordedEvent, void, undefined> {
  let seen = reading(address, seenOf);
  while (!signal?.aborted) {
    const { events, now, finished } = reading(address, (ledger) => ({
      events: eventsSince(ledger, seen),
      now: seenOf(ledger),
      finished: isFinished(ledger),
    }));
    yield* events;
    if (finished) return;
    seen = now;
    await sleep(pollMilliseconds, null, { ...(signal && { signal }) }).catch(() => null);
  }
}

const seenOf = (ledger: Ledger): Seen => ({
  path: ledger.nextPath(),
  evaluations: ledger.evaluations().length,
});

/** Whether the experiment is finished: no task is in progress, and its models are tested. */
function isFinished(ledger: Ledger): boolean {
  if (taskInProgress(ledger) !== null) return false;
  const tested = new Set(ledger.evaluations().map(({ path }) => path));
  const best = bestPaths(ledger);
  return currentExperiment(ledger).experiment.tasks.every(({ name }) => {
    const path = best.get(name);
    return path === undefined || tested.has(path);
  });
}

/** The events that followed, in their order: a model is tested after its task iteration. */
function eventsSince(ledger: Ledger, seen: Seen): readonly RecordedEvent[] {
  const paths = new Map(ledger.paths().map((path) => [path.id, path]));
  const children = childrenOf(ledger, seen.path).map((child) => {
    const { iteration, pathId, task, qualities, score, retained, failure, trainSeconds } = child;
    const measured = { qualities, score, retained, failure, trainSeconds };
    return { iteration, event: { type: 'child', task, path: pathId, ...measured } as const };
  });
  const tests = ledger
    .evaluations()
    .slice(seen.evaluations)
    .flatMap(({ path, correct, total }) => {
      const { task = null, iteration = null } = paths.get(path) ?? {};
      if (task === null || iteration === null) return [];
      return [{ iteration, event: { type: 'tested', task, path, correct, total } as const }];
    });
  return [...children, ...tests]
    .sort((a, b) => a.iteration - b.iteration)
    .map(({ event }) => event);
}
