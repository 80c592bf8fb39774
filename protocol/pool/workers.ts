import { z } from 'zod';
import { device, engine, versions } from '../values/machine.js';
import { text } from '../values/scalars.js';

export const workerState = z.enum(['ready', 'draining', 'drained', 'evicted']).meta({
  id: 'WorkerState',
  description: 'Whether a worker gets requests: a draining one finishes its last.',
});

export const poolWorker = z
  .strictObject({
    name: text,
    versions,
    devices: z.array(device),
    engine,
    busy: z.boolean().describe('Whether it holds a request.'),
    state: workerState,
  })
  .meta({ id: 'PoolWorker', description: 'A worker that is connected to a standing pool.' });

export const workerChange = z
  .enum([
    ...(['ready', 'left', 'lost', 'retried', 'slow'] as const),
    ...(['malformed', 'refused', 'dropped'] as const),
  ])
  .meta({ id: 'WorkerChange', description: 'Something that happens to a worker, or to its work.' });
