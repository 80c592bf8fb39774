import { z } from 'zod';
import { text } from './scalars.js';

export const traceparent = z
  .string()
  .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?!\n)$/)
  .meta({
    id: 'Traceparent',
    description: 'The span that work is a part of, as W3C Trace Context writes it.',
  });

/** The run and the span that work belongs to; they change nothing of its result. */
export const contextFields = {
  run: text.nullable().describe('Name of the run, or `run:branch`; null: it is for none.'),
  traceparent: traceparent.nullable().describe('Null: nobody traces it.'),
};

const context = z.strictObject(contextFields);

/** The run and the span that work belongs to; they change nothing of its result. */
export type WorkContext = z.infer<typeof context>;
