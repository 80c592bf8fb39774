import { z } from 'zod';

/**
 * The events of a run. The schemas are the only source: of the types, of the check when an event
 * log is read, and of docs/events.md.
 */

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const task = z.string().describe('The task.');
const pathId = count.describe('The id of the child.');
const qualities = z
  .array(fraction)
  .readonly()
  .describe('Validation accuracies so far, each in [0, 1], oldest first.');

/** When and where an event happened; every event has these fields. */
const stamp = {
  time: z.iso.datetime().describe('When it happened: ISO 8601 in UTC.'),
  run: z.string().describe('Name of the run, or `run:branch`.'),
  branch: z.string().describe('Name of the branch.'),
};

/** Defines an event of a run by its fields besides the stamp. */
function event<const Type extends string, Shape extends z.core.$ZodLooseShape>(
  type: Type,
  description: string,
  shape: Shape,
) {
  return z
    .object({ type: z.literal(type), ...stamp, ...shape })
    .readonly()
    .meta({ description });
}

const session = event('session', 'A process begins to grow the run; its first event.', {
  pid: count.describe('Its process id.'),
  host: z.string().describe('Name of its machine.'),
});

const phase = event('phase', 'The session begins work that is not training.', {
  phase: z
    .enum([
      ...(['starting workers', 'joining pool', 'inspecting', 'creating root'] as const),
      ...(['copying', 'testing', 'collecting'] as const),
    ])
    .describe(
      'Workers are started, a standing pool and its workers are waited for, data of a task is inspected, the root model is created, weights of an earlier run are copied, a model is tested, or objects that nobody needs are deleted.',
    ),
  task: z.string().nullable().describe('The task, if the work is about one.'),
});

const worker = event('worker', 'Something happens to a worker or to the work that it holds.', {
  worker: z.string().nullable().describe('Its name; null if it is not known.'),
  change: z
    .enum([
      ...(['starting', 'ready', 'left', 'lost', 'restarting'] as const),
      ...(['gaveUp', 'retried', 'slow', 'malformed', 'refused', 'dropped'] as const),
      ...(['waiting', 'back'] as const),
    ])
    .describe(
      'Its process starts, it is ready to work, it left, it was lost, it is started again, it is not started again, it gets work that another attempt did not finish, its work makes no progress, it broke the protocol while it held work, it was refused, a message of it was dropped, the run waits for a standing pool or its workers, or that pool is back.',
    ),
  message: z.string().describe('One line for people, with the reason.'),
  task: z.string().nullable().describe('The task of the work, if it is about one.'),
});

const reading = event('reading', "Part of the root model's checkpoint was read.", {
  source: z.string().describe('The file.'),
  mebibytes: z.number().describe('How much of it was read.'),
  of: z.number().describe('Its size in mebibytes.'),
});

const sending = event('sending', 'Data of a task travel to a worker that does not have them.', {
  task,
  mebibytes: z.number().describe('How much of them has travelled.'),
  of: z.number().describe('Their size in mebibytes.'),
});

const root = event('root', 'The root model was read from its checkpoint.', {
  source: z.string().describe('The file.'),
  sha256: z.string().describe('Its hash.'),
  notices: z
    .array(z.string())
    .readonly()
    .describe('Notices about parts that were changed or left out.'),
});

const started = event('started', 'The run has a record, and begins or continues to grow.', {
  directory: z.string().describe('The run directory.'),
  resumed: z.boolean().describe('Whether the record existed before.'),
  tasks: z.array(z.string()).readonly().describe('Names of the tasks, in order.'),
  taskIterations: count.describe('How often each task is visited.'),
  children: count.describe('Number of children of the whole run.'),
  childrenDone: count.describe('Number of these that earlier sessions trained.'),
});

const generation = event('generation', 'A generation of children was sampled.', {
  task,
  taskIteration: count.describe('Counts from 1.'),
  generation: count.describe('Counts from 1.'),
  generations: count.describe('Number of generations of the task iteration.'),
  children: z
    .array(
      z
        .object({
          pathId: count,
          parentId: count,
          parentTask: z.string().nullable(),
          trainable: z.array(z.string()).readonly(),
        })
        .readonly(),
    )
    .readonly()
    .describe(
      'The children: id, id and task of the parent (null for a root model), names of the components that they train.',
    ),
});

const progress = event('progress', 'A child has trained some steps.', {
  task,
  pathId,
  step: count.describe('Steps that are done.'),
  steps: count.describe('Steps of the whole training.'),
  qualities,
});

const child = event('child', 'The generation of a child was committed.', {
  task,
  pathId,
  qualities,
  score: z.number().nullable().describe('Its score; null if it was not retained.'),
  retained: z.boolean().describe('Whether the system keeps it.'),
  failure: z.string().nullable().describe('Why its training ended early; null if it did not.'),
  trainSeconds: z.number().describe('Seconds of training and validation.'),
  worker: z.string().nullable().describe('The worker that trained it; null if it is not known.'),
});

const best = event('best', 'A task has a new best path.', {
  task,
  pathId,
  quality: fraction.describe('Its best validation accuracy.'),
  score: z.number().describe('Its score.'),
});

const tested = event('tested', "A task's model was tested on the whole test split.", {
  task,
  pathId,
  correct: count.describe('Number of correct predictions.'),
  total: count.describe('Number of test images.'),
});

const warning = event('warning', 'Something went wrong that does not stop the run.', {
  message: z.string().describe('One line: what is wrong and what to do.'),
});

const stopped = event('stopped', 'The session ended before the run was finished.', {
  code: z.string().describe('Code of the error; `CANCELLED` if it was asked to stop.'),
  message: z.string().describe('The error, in one line.'),
});

const finished = event('finished', 'The run is finished, and its models are tested.', {
  seconds: z.number().describe('Seconds of this session.'),
});

/** The schema of an event. It ignores fields that it does not know. */
export const runEvent = z.discriminatedUnion('type', [
  ...([session, phase, worker, reading, sending, root, started, generation, progress] as const),
  ...([child, best, tested, warning, stopped, finished] as const),
]);

/** An event while a run grows its system. All views, the event log and `onEvent` have the same. */
export type RunEvent = z.infer<typeof runEvent>;

/** The event of type T. */
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>;

/** When and where an event happened. */
export type EventStamp = Pick<RunEvent, keyof typeof stamp>;

type WithoutStamp<Event> = Event extends RunEvent ? Omit<Event, keyof EventStamp> : never;

/** An event without its stamp, as the code that causes it has it. */
export type EventBody = WithoutStamp<RunEvent>;

/** Receives events as they happen. */
export type EmitEvent = (event: EventBody) => void;
