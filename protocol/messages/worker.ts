import { z } from 'zod';
import { result } from '../requests/request.js';
import { measurement } from '../requests/train.js';
import { wireErrorCode } from '../values/errors.js';
import { device, engine, version, versions } from '../values/machine.js';
import { storeAsk } from '../values/relay.js';
import { attempt, count, fraction, leaseId, pathId, positive, text } from '../values/scalars.js';

export const hello = z
  .strictObject({
    type: z.literal('hello'),
    version,
    worker: text.describe('Name of the worker.'),
    epoch: text.describe('A new one at each start of the worker process.'),
    versions,
    devices: z.array(device),
    engine,
  })
  .meta({ id: 'Hello', description: 'Introduces the worker; its first message when it connects.' });

export const preparedDataset = z
  .strictObject({ name: text, version: text })
  .meta({ id: 'PreparedDataset', description: 'A prepared data set of TensorFlow Datasets.' });

export const offers = z
  .strictObject({
    type: z.literal('offers'),
    dataRoots: z.array(text).describe('Where it reads data; empty: anywhere.'),
    prepared: z.array(preparedDataset).describe('Prepared data sets in these places.'),
    fetches: z.boolean().describe('Whether it fetches data that it does not have.'),
  })
  .meta({
    id: 'Offers',
    description:
      'Tells which data a worker has, after a welcome; it gets no lease before the first.',
  });

export const schemes = z
  .strictObject({
    type: z.literal('schemes'),
    schemes: z.array(text).describe('Beginnings of URLs, such as `file`, `s3` and `gs`.'),
  })
  .meta({
    id: 'Schemes',
    description: 'Tells which URLs a worker can read and write; comes before its `offers`.',
  });

export const alive = z
  .strictObject({ type: z.literal('alive') })
  .meta({ id: 'Alive', description: 'The heartbeat; it proves liveness, not progress.' });

export const working = z
  .strictObject({
    type: z.literal('working'),
    lease: leaseId,
    attempt,
    steps: count.describe('How often the request came to where it would stop if it was cancelled.'),
  })
  .meta({
    id: 'Working',
    description: 'The heartbeat of a worker that holds a lease; equal counts mean no progress.',
  });

export const beat = z
  .strictObject({
    type: z.literal('beat'),
    lease: leaseId,
    attempt,
    pathId: pathId.describe('The child in training.'),
    step: count,
    steps: positive.describe('Steps of the whole training.'),
    qualities: z.array(fraction).describe('Validations of this child so far.'),
  })
  .meta({ id: 'Beat', description: 'The progress of the child in training.' });

export const measured = z
  .strictObject({ type: z.literal('measured'), lease: leaseId, attempt, measurement })
  .meta({
    id: 'Measured',
    description: 'A child of the cohort is finished, and its components are in the store.',
  });

export const done = z
  .strictObject({ type: z.literal('done'), lease: leaseId, attempt, result })
  .meta({ id: 'Done', description: 'Answers the leased request.' });

export const failed = z
  .strictObject({
    type: z.literal('failed'),
    lease: leaseId,
    attempt,
    code: wireErrorCode,
    message: text.describe('One line: what is wrong, where, and what to do.'),
    detail: text.nullable().describe('Stack trace; null: there is none.'),
  })
  .meta({ id: 'Failed', description: 'The leased request failed; it is not tried again.' });

export const crashed = z
  .strictObject({
    type: z.literal('crashed'),
    lease: leaseId,
    attempt,
    message: text.describe('One line: the error, alike wherever the same happens.'),
    detail: text.describe('Stack trace.'),
  })
  .meta({
    id: 'Crashed',
    description: 'The request met an error that nobody foresaw; another worker may try it.',
  });

export const workerAsk = z
  .strictObject({
    type: z.literal('ask'),
    lease: leaseId,
    attempt,
    number: count.describe('Numbers what the worker asks; the reply has it.'),
    ask: storeAsk,
  })
  .meta({
    id: 'Ask',
    description: 'Asks for a part of a store that the worker does not share; 32 at most wait.',
  });

export const goodbye = z
  .strictObject({ type: z.literal('goodbye') })
  .meta({ id: 'Goodbye', description: 'The worker leaves, and its lease is free.' });

export const workerMessage = z
  .discriminatedUnion('type', [
    hello,
    schemes,
    offers,
    alive,
    working,
    beat,
    measured,
    done,
    failed,
    crashed,
    workerAsk,
    goodbye,
  ])
  .meta({ id: 'WorkerMessage', description: 'A message from a worker to the broker.' });

/** A message from a worker to the broker. */
export type WorkerMessage = z.infer<typeof workerMessage>;
/** The message from a worker of type T. */
export type WorkerMessageOf<T extends WorkerMessage['type']> = Extract<WorkerMessage, { type: T }>;
