import { z } from 'zod';
import { result } from '../requests/request.js';
import { measurement } from '../requests/train.js';
import { wireErrorCode } from '../values/errors.js';
import { version } from '../values/machine.js';
import { storeAsk } from '../values/relay.js';
import { count, fraction, nonNegative, pathId, positive, text } from '../values/scalars.js';
import { priority, requestId, share } from './scalars.js';
import { poolWorker, workerChange } from './workers.js';

export const attached = z
  .strictObject({
    type: z.literal('attached'),
    version,
    heartbeatMillis: positive.describe('How often the pool expects a `present`.'),
    window: positive.describe('How many requests a controller may have in the pool.'),
  })
  .meta({ id: 'Attached', description: 'The controller is registered.' });

export const rejected = z
  .strictObject({ type: z.literal('rejected'), version, message: text })
  .meta({ id: 'Rejected', description: 'The versions do not fit; the message says what to do.' });

export const detached = z.strictObject({ type: z.literal('detached') }).meta({
  id: 'Detached',
  description: 'The pool does not know the controller, which has to attach itself.',
});

export const crew = z
  .strictObject({ type: z.literal('crew'), workers: z.array(poolWorker) })
  .meta({ id: 'Crew', description: 'The workers, whenever they have changed.' });

export const progress = z
  .strictObject({
    type: z.literal('progress'),
    id: requestId,
    pathId: pathId.describe('The child in training.'),
    step: count,
    steps: positive.describe('Steps of the whole training.'),
    qualities: z.array(fraction).describe('Validations of this child so far.'),
  })
  .meta({ id: 'Progress', description: 'The progress of a request.' });

export const finished = z
  .strictObject({ type: z.literal('finished'), id: requestId, worker: text, measurement })
  .meta({ id: 'FinishedChild', description: 'A child is finished and stored.' });

export const faultyChild = z
  .strictObject({
    type: z.literal('faulty'),
    id: requestId,
    pathId,
    message: text.describe('The message of each worker.'),
  })
  .meta({
    id: 'FaultyChild',
    description: 'Several workers crashed alike at a child; the result will lack it.',
  });

export const poolAsk = z
  .strictObject({
    type: z.literal('ask'),
    id: requestId,
    number: count.describe('Numbers what workers ask; the reply has it.'),
    ask: storeAsk,
  })
  .meta({ id: 'PoolAsk', description: "A worker asks for a part of the controller's store." });

export const answered = z
  .strictObject({ type: z.literal('answered'), id: requestId, result })
  .meta({ id: 'Answered', description: 'The result of a request.' });

export const unanswered = z
  .strictObject({
    type: z.literal('unanswered'),
    id: requestId,
    code: z.enum([...wireErrorCode.options, 'SIDECAR_LOST']),
    message: text.describe('One line: what is wrong, where, and what to do.'),
    worker: text.nullable().describe('The worker that is at fault, if it is known.'),
  })
  .meta({ id: 'Unanswered', description: 'A request failed.' });

export const news = z
  .strictObject({
    type: z.literal('news'),
    worker: text.nullable().describe('Its name; null if it is not known.'),
    change: workerChange,
    message: text.describe('One line for people.'),
    task: text.nullable().describe('The task of the work, if it is about one.'),
  })
  .meta({ id: 'News', description: 'Something happened to a worker.' });

export const managed = z
  .strictObject({
    type: z.literal('managed'),
    isKnown: z.boolean().describe('Whether the pool knows the worker.'),
    message: text.describe('One line for people.'),
  })
  .meta({ id: 'Managed', description: 'The answer to `manage`.' });

export const poolController = z
  .strictObject({
    name: text,
    share,
    priority,
    queued: count.describe('Requests that wait for a worker.'),
    running: count.describe('Requests that a worker holds.'),
  })
  .meta({ id: 'PoolController', description: 'A controller that is attached to the pool.' });

export const usage = z
  .strictObject({
    name: text.describe('Name of a controller.'),
    seconds: nonNegative.describe('Time that workers have held its requests.'),
    requests: count.describe('Requests that were answered.'),
  })
  .meta({
    id: 'Usage',
    description: 'Time and requests that a controller has used of the pool so far.',
  });

export const surveyed = z
  .strictObject({
    type: z.literal('surveyed'),
    version,
    upSeconds: nonNegative.describe('Time since the pool was started.'),
    isDraining: z.boolean().describe('Whether the pool is stopping, and grants no request.'),
    workers: z.array(poolWorker),
    controllers: z.array(poolController),
    usage: z.array(usage),
    barred: z
      .array(z.strictObject({ worker: text, state: z.enum(['drained', 'evicted']) }))
      .describe('Workers that get no requests, whether they are connected or not.'),
  })
  .meta({ id: 'Surveyed', description: 'The state of the pool.' });

export const poolMessage = z
  .discriminatedUnion('type', [
    ...([attached, rejected, detached, crew, progress, finished] as const),
    ...([faultyChild, poolAsk, answered, unanswered, news, managed, surveyed] as const),
  ])
  .meta({ id: 'PoolMessage', description: 'A message from a standing pool to a controller.' });

/** A message from a standing pool to a controller. */
export type PoolMessage = z.infer<typeof poolMessage>;
/** The message from a standing pool of type T. */
export type PoolMessageOf<T extends PoolMessage['type']> = Extract<PoolMessage, { type: T }>;
