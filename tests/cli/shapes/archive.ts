import { z } from 'zod';
import { count } from './parts.js';

export const archivedShape = z.strictObject({
  file: z.string(),
  run: z.string(),
  objects: count.positive(),
  bytes: count.positive(),
});

/** The output of `unarchive --check --json`. */
export const checkedArchiveShape = archivedShape.pick({ run: true, objects: true });

export const unarchivedShape = z.strictObject({ run: z.string(), directory: z.string() });
