import { z } from 'zod';
import { count, interval } from './parts.js';

const mean = z.strictObject({
  n: count.positive(),
  value: z.number(),
  interval: interval.nullable(),
});

const seedMean = mean.extend({ crossedInterval: interval.nullable() }).nullable();
const measured = { testAccuracy: seedMean, difference: seedMean };

/** The output of `compare --json` for sweeps. */
export const sweepComparisonShape = z.strictObject({
  settings: z.array(
    z.strictObject({
      name: z.string(),
      set: z.record(z.string(), z.unknown()),
      runs: z.array(
        z.strictObject({
          run: z.string(),
          seed: count,
          state: z.enum(['finished', 'begun', 'waiting']),
        }),
      ),
      mean: z.strictObject(measured),
      systemParameterCount: mean.nullable(),
      trainingFlops: mean.nullable(),
      tasks: z.array(z.strictObject({ task: z.string(), ...measured })),
    }),
  ),
});

/** The output of `sweep show --json`, and of `leaderboard --json` for a sweep. */
export const sweepShape = sweepComparisonShape.extend({ sweep: z.string() });
