import { z } from 'zod';
import { text } from '../values/scalars.js';

export const requestId = text.meta({
  id: 'RequestId',
  description: 'The identity of a request; its controller chooses it.',
});

export const share = z.number().min(0.001).max(1000).meta({
  id: 'Share',
  description: 'The weight of a controller beside others of its priority, which have 1 by default.',
});

export const priority = z.enum(['low', 'normal', 'high']).meta({
  id: 'Priority',
  description: 'A controller of a higher priority goes first, but for a small share of the time.',
});

/** How important the requests of a controller are. */
export type Priority = z.infer<typeof priority>;
