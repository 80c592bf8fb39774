import { z } from 'zod';
import { count } from './parts.js';
import { errorShape } from './problem.js';
import { leaderboardShape } from './run.js';

export const simulationShape = z.strictObject({
  tasks: z.array(
    z.strictObject({
      task: z.string(),
      children: count,
      retained: count,
      ownComponents: count,
      steps: count,
      flops: z.number().positive(),
    }),
  ),
  children: count,
  flops: z.number().positive(),
  hours: z.number().positive().nullable(),
  flopsPerSecond: z.number().positive().nullable(),
  system: leaderboardShape,
});

export const checkedShape = z.array(
  z.strictObject({
    file: z.string(),
    openSplits: z.array(z.string()),
    moduleNotRun: z.string().nullable(),
    errors: z.array(errorShape),
  }),
);
