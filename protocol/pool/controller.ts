import { z } from 'zod';
import { request } from '../requests/request.js';
import { contextFields } from '../values/context.js';
import { version } from '../values/machine.js';
import { storeAnswer } from '../values/relay.js';
import { count, text } from '../values/scalars.js';
import { priority, requestId, share } from './scalars.js';

export const attach = z
  .strictObject({
    type: z.literal('attach'),
    version,
    controller: text.describe('Who asks, for people: the pool counts its usage by this name.'),
    share,
    priority,
    awaits: z
      .array(requestId)
      .describe('Requests that it still waits for; the pool withdraws its others.'),
  })
  .meta({
    id: 'Attach',
    description: 'Introduces a controller; its first message when it connects.',
  });

export const submit = z.strictObject({ type: z.literal('submit'), id: requestId, request }).meta({
  id: 'Submit',
  description: 'Asks for a result. A request that the pool knows by its id is not queued again.',
});

export const controllerContext = z
  .strictObject({ type: z.literal('context'), id: requestId, ...contextFields })
  .meta({
    id: 'ControllerContext',
    description: 'Tells what a request belongs to, for logs and traces; comes before its `submit`.',
  });

export const withdraw = z
  .strictObject({ type: z.literal('withdraw'), id: requestId })
  .meta({ id: 'Withdraw', description: 'Cancels a request. The pool does not answer.' });

export const received = z
  .strictObject({ type: z.literal('received'), id: requestId })
  .meta({ id: 'Received', description: 'The answer has arrived, and the pool forgets it.' });

export const present = z
  .strictObject({ type: z.literal('present') })
  .meta({ id: 'Present', description: 'The heartbeat of a controller.' });

export const detach = z
  .strictObject({ type: z.literal('detach') })
  .meta({ id: 'Detach', description: 'The controller leaves; its requests are cancelled.' });

export const controllerReply = z
  .strictObject({ type: z.literal('reply'), id: requestId, number: count, answer: storeAnswer })
  .meta({ id: 'ControllerReply', description: 'Answers an `ask`.' });

export const survey = z
  .strictObject({ type: z.literal('survey') })
  .meta({ id: 'Survey', description: 'Asks for the state of the pool; anyone may ask.' });

export const manage = z
  .strictObject({
    type: z.literal('manage'),
    action: z
      .enum(['drain', 'evict', 'admit'])
      .describe('Finish the last request and leave; leave at once; get requests again.'),
    worker: text,
  })
  .meta({ id: 'Manage', description: 'Changes whether a worker gets requests.' });

export const controllerMessage = z
  .discriminatedUnion('type', [
    ...([attach, controllerContext, submit, withdraw, received, present, detach] as const),
    ...([controllerReply, survey, manage] as const),
  ])
  .meta({
    id: 'ControllerMessage',
    description: 'A message from a controller to a standing pool.',
  });

/** A message from a controller to a standing pool. */
export type ControllerMessage = z.infer<typeof controllerMessage>;
/** The message from a controller of type T. */
export type ControllerMessageOf<T extends ControllerMessage['type']> = Extract<
  ControllerMessage,
  { type: T }
>;
