import { z } from 'zod';
import { REFUSALS, type RefusalCode } from './refusal.js';

/** The largest number of classes that an answer names. */
const MOST_CLASSES = 1000;

const count = z.int().min(1).max(MOST_CLASSES);
const top = count.default(5).describe('How many classes to name, the likeliest first.');

const tasks = z
  .array(z.string())
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'each task once')
  .optional()
  .describe('Tasks whose models classify the images; all that are served by default.');

/** The body of a request for predictions, as JSON. */
export const predictBody = z.strictObject({
  images: z
    .array(z.string().min(1).meta({ contentEncoding: 'base64' }))
    .min(1)
    .describe('Image files (PNG, JPEG, WebP, GIF, BMP, TIFF, PGM, PPM) in base64.'),
  tasks,
  top,
});

/** The same as a form, without the files. */
export const predictFields = z.strictObject({
  tasks,
  top: z.coerce.number().pipe(count).default(5),
});

/** How OpenAPI describes the form. */
export const predictForm = z.strictObject({
  image: z
    .array(z.string().meta({ contentMediaType: 'application/octet-stream' }))
    .min(1)
    .describe('Image files; the field may be repeated.'),
  task: tasks,
  top,
});

const prediction = z.strictObject({
  image: z.int().min(0).describe('Position of the image in the request, from 0.'),
  task: z.string(),
  classes: z.array(
    z.strictObject({
      label: z.int().min(0),
      name: z.string().nullable().describe('Null if the classes of the task have no names.'),
      probability: z.number().min(0).max(1),
    }),
  ),
});

/** The answer to a request for predictions. */
export const predictAnswer = z.strictObject({
  predictions: z.array(prediction).describe('By image, then by task.'),
});

/** The tasks that are served. */
export const tasksAnswer = z.strictObject({
  run: z.string(),
  tasks: z.array(
    z.strictObject({
      name: z.string(),
      classes: z.int().min(1),
      classNames: z.array(z.string()).nullable(),
      imageSize: z.int().min(1).describe('Side of the square that the model sees, pixels.'),
    }),
  ),
});

/** How the server is. */
export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'starting', 'recovering', 'failed', 'closing']),
});

/** The answer to a request that is refused. */
export const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]),
    message: z.string().describe('One line: what is wrong, and what to do.'),
  }),
});

export type PredictAnswer = z.infer<typeof predictAnswer>;
export type TasksAnswer = z.infer<typeof tasksAnswer>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
