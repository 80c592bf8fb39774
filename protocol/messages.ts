import { z } from 'zod';
import { wireErrorCode } from './errors.js';
import { measurement, request, result } from './requests.js';
import { count, fraction, positive, text } from './values.js';

const version = z.strictObject({ major: count, minor: count });
const lease = text.describe('identity of a lease; late answers to an older attempt are fenced');
const attempt = positive;

export const device = z.strictObject({
  platform: text.describe('cpu, gpu or tpu'),
  kind: text,
  memoryBytes: text.nullable().describe('decimal digits, for byte counts outgrow 2^32'),
});

export const engine = z
  .strictObject({
    precision: z.enum(['float32', 'bfloat16']),
    attention: z.enum(['xla', 'cudnn']),
    remat: z.enum(['none', 'dots', 'full']).describe('what a step computes again, not keeps'),
    devices: positive.describe('how many share each batch'),
  })
  .describe('how the worker computes');

/** Worker → broker. */
export const workerMessage = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('hello'),
      version,
      worker: text.describe('name of the worker'),
      epoch: text.describe('new at each start of the worker process'),
      versions: z.strictObject({ sidecar: text, python: text, jax: text }),
      devices: z.array(device),
      engine,
    })
    .describe('first message after connecting'),
  z.strictObject({ type: z.literal('alive') }).describe('heartbeat; proves liveness, not progress'),
  z
    .strictObject({
      type: z.literal('beat'),
      lease,
      attempt,
      path: count,
      step: count,
      steps: positive,
      qualities: z.array(fraction).describe('validations of this child so far'),
    })
    .describe('progress of the child in training'),
  z
    .strictObject({ type: z.literal('measured'), lease, attempt, measurement })
    .describe('a child of the cohort is finished; its components are in the store'),
  z
    .strictObject({ type: z.literal('done'), lease, attempt, result })
    .describe('the leased request is answered'),
  z
    .strictObject({
      type: z.literal('failed'),
      lease,
      attempt,
      code: wireErrorCode,
      message: text.describe('one line: what, where, what to do'),
      detail: text.nullable().describe('stack trace, for those who ask'),
    })
    .describe('the leased request failed'),
  z.strictObject({ type: z.literal('goodbye') }).describe('the worker leaves; its lease is free'),
]);

/** Broker → worker. */
export const brokerMessage = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('welcome'),
      version,
      heartbeatMillis: positive.describe('how often the broker expects an `alive`'),
    })
    .describe('the worker is registered'),
  z
    .strictObject({ type: z.literal('refused'), version, message: text })
    .describe('the versions do not fit; the message says which side to upgrade'),
  z
    .strictObject({ type: z.literal('lease'), lease, attempt, request })
    .describe('one request in flight per worker'),
  z.strictObject({ type: z.literal('cancel'), lease }).describe('stop at the next step'),
  z.strictObject({ type: z.literal('ping') }).describe('answered by `alive`'),
  z.strictObject({ type: z.literal('shutdown') }).describe('leave once idle'),
]);

/** A message that a sidecar sends to the controller. */
export type WorkerMessage = z.infer<typeof workerMessage>;
export type BrokerMessage = z.infer<typeof brokerMessage>;
/** A message of a sidecar, of one type. */
export type WorkerMessageOf<T extends WorkerMessage['type']> = Extract<WorkerMessage, { type: T }>;
