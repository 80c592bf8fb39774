import { z } from 'zod';
import { count } from './parts.js';

/** An error: its code, its message in one line, and its subject. */
export const errorShape = z.strictObject({
  code: z.string(),
  message: z.string().regex(/^[^\n]+$/),
  run: z.string().optional(),
  branch: z.string().optional(),
  task: z.string().optional(),
  pathId: count.optional(),
  method: z.string().optional(),
  file: z.string().optional(),
  line: count.positive().optional(),
  column: count.positive().optional(),
  key: z.string().optional(),
  worker: z.string().optional(),
  group: z.string().optional(),
});

export const doctorShape = z.strictObject({
  ok: z.boolean(),
  environment: z.strictObject({
    kind: z.enum(['chosen', 'clone', 'cache']),
    executable: z.string(),
    folder: z.string().nullable(),
    because: z.string(),
    extras: z.array(z.string()),
  }),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['ok', 'note', 'problem']),
      detail: z.string(),
      next: z.string().nullable(),
    }),
  ),
});

/** The report of `tasks doctor` and `tasks prepare` about a task. */
export const verdictShape = z.strictObject({
  task: z.string(),
  ready: z.boolean(),
  missing: z.string().nullable(),
  next: z.array(z.string()),
});
