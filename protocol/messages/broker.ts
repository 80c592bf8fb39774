import { z } from 'zod';
import { request } from '../requests/request.js';
import { contextFields } from '../values/context.js';
import { version } from '../values/machine.js';
import { storeAnswer } from '../values/relay.js';
import { attempt, count, leaseId, positive, text } from '../values/scalars.js';

export const welcome = z
  .strictObject({
    type: z.literal('welcome'),
    version,
    heartbeatMillis: positive.describe('How often the broker expects an `alive`.'),
  })
  .meta({
    id: 'Welcome',
    description: 'The worker is registered and holds nothing; what it held before is void.',
  });

export const refused = z.strictObject({ type: z.literal('refused'), version, message: text }).meta({
  id: 'Refused',
  description: 'The versions do not fit; the message says which side to upgrade.',
});

export const lease = z
  .strictObject({ type: z.literal('lease'), lease: leaseId, attempt, request })
  .meta({ id: 'Lease', description: 'Leases a request to the worker, which holds one at a time.' });

export const context = z
  .strictObject({ type: z.literal('context'), lease: leaseId, ...contextFields })
  .meta({
    id: 'Context',
    description: 'Tells what the next lease belongs to, for logs and traces; comes before it.',
  });

export const cancel = z
  .strictObject({ type: z.literal('cancel'), lease: leaseId })
  .meta({ id: 'Cancel', description: 'Asks the worker to stop a request at the next step.' });

export const brokerReply = z
  .strictObject({ type: z.literal('reply'), lease: leaseId, number: count, answer: storeAnswer })
  .meta({ id: 'Reply', description: 'Answers an `ask`.' });

export const ping = z
  .strictObject({ type: z.literal('ping') })
  .meta({ id: 'Ping', description: 'Asks for an `alive`.' });

export const shutdown = z
  .strictObject({ type: z.literal('shutdown') })
  .meta({ id: 'Shutdown', description: 'Asks the worker to leave once it is idle.' });

export const brokerMessage = z
  .discriminatedUnion('type', [
    welcome,
    refused,
    context,
    lease,
    cancel,
    brokerReply,
    ping,
    shutdown,
  ])
  .meta({ id: 'BrokerMessage', description: 'A message from the broker to a worker.' });

export type BrokerMessage = z.infer<typeof brokerMessage>;
/** The message from the broker of type T. */
export type BrokerMessageOf<T extends BrokerMessage['type']> = Extract<BrokerMessage, { type: T }>;
