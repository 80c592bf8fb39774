import { expectTypeOf } from 'vitest';
import {
  defineExperiment,
  type ErrorCode,
  type Evaluation,
  type EventStamp,
  type Experiment,
  grow,
  listRuns,
  type Mu2NetError,
  openRun,
  type Prediction,
  type RecordedEvent,
  type Run,
  type RunEvent,
  type RunEventOf,
} from '../../ts/src/index.js';

// The compiler checks these functions when it compiles the tests; nothing calls them.

/** Growing, opening, listing and branching return a run. */
export function everyWayToARun(): void {
  expectTypeOf(grow).returns.resolves.toEqualTypeOf<Run>();
  expectTypeOf(openRun).returns.toEqualTypeOf<Run>();
  expectTypeOf(listRuns).returns.toEqualTypeOf<readonly Run[]>();
  expectTypeOf<Run['branch']>().returns.resolves.toEqualTypeOf<Run>();
  expectTypeOf<Run['branches']>().returns.toEqualTypeOf<readonly Run[]>();
}

/** A run reads its record at once, and uses workers asynchronously. */
export async function runMethods(run: Run): Promise<void> {
  expectTypeOf(run.status().finished).toEqualTypeOf<boolean>();
  expectTypeOf(run.experiment()).toEqualTypeOf<Experiment>();
  expectTypeOf(run.show('digits').quality).toEqualTypeOf<number | null>();
  expectTypeOf(await run.predict([])).toEqualTypeOf<readonly Prediction[]>();
  expectTypeOf(await run.evaluate('digits')).toEqualTypeOf<Evaluation>();
  expectTypeOf(run.follow()).toExtend<AsyncIterable<RecordedEvent>>();
}

/** A run and its data cannot be changed by assignment. */
export function runIsReadonly(run: Run): void {
  // @ts-expect-error: the name of a run is read-only.
  run.name = 'other';
  // @ts-expect-error: the directory is read-only.
  run.directory = '/elsewhere';
  // @ts-expect-error: returned data is read-only.
  run.leaderboard().rows.push();
  // @ts-expect-error: nested data is read-only.
  run.children()[0].hyperparameters.opt_lr = 1;
}

/** Every event has a stamp, and its type determines its other fields. */
export function eventsByType(event: RunEvent): void {
  expectTypeOf(event).toExtend<EventStamp>();
  // @ts-expect-error: an event cannot be changed.
  event.time = '';
  if (event.type === 'tested') {
    expectTypeOf(event.correct).toEqualTypeOf<number>();
    // @ts-expect-error: a test has no qualities.
    event.qualities;
  }
  if (event.type === 'child') expectTypeOf(event.failure).toEqualTypeOf<string | null>();
}

/** An event of a record is an event of a run without its time. */
export function recordedEvents(): void {
  expectTypeOf<RunEventOf<RecordedEvent['type']>>().toExtend<RecordedEvent>();
  expectTypeOf<RecordedEvent['type']>().toEqualTypeOf<'child' | 'tested'>();
}

/** An error has a code from a known set, and fields for its subject. */
export function errorCodes(error: Mu2NetError): void {
  expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  expectTypeOf(error.subject.task).toEqualTypeOf<string | undefined>();
  expectTypeOf(error.subject.line).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: this code does not exist.
  if (error.code === 'NO_SUCH_CODE') return;
}

/** Options reject keys and values that they do not know. */
export async function unknownOptions(run: Run): Promise<void> {
  // @ts-expect-error: 'widht' is not a key of a method.
  defineExperiment({ name: 'x', tasks: ['digits'], method: { widht: 2 } });
  // @ts-expect-error: a configuration needs tasks.
  defineExperiment({ name: 'x' });
  // @ts-expect-error: the option is `signal`.
  await run.resume({ signals: AbortSignal.abort() });
  // @ts-expect-error: the option is `tasks`.
  await run.predict([], { task: 'digits' });
  // @ts-expect-error: this format does not exist.
  await run.export('digits', { format: 'torchscript', folder: 'out' });
  // @ts-expect-error: this split does not exist.
  await run.evaluate('digits', { split: 'all' });
}
