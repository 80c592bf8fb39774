import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { claim } from './claims.js';

const PROGRAM = join(import.meta.dirname, '../../examples/against-fine-tuning/compare.js');

const results = z.array(
  z.strictObject({
    arm: z.string(),
    seed: z.int(),
    task: z.string(),
    accuracy: z.number().gt(0).max(1),
    steps: z.int().min(1),
    parameters: z.int().min(1),
  }),
);

/** A short test cannot decide which is better; the figures are in docs/. */
test(`evolution and fine-tuning are compared at an equal budget ${claim('better-than-fine-tuning')}`, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, '--quick', '--seeds', '1', '--json'],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  const rows = results.parse(JSON.parse(stdout));
  expect(rows.map(({ arm }) => arm)).toEqual([
    'evolution',
    'fine-tune all, tuned',
    'fine-tune all, once',
  ]);
  expect(new Set(rows.map(({ task, steps }) => `${task} ${steps}`)).size).toBe(1);
  // A system shares the components that it does not train; separate models share nothing.
  const [evolution, ...models] = rows;
  for (const { parameters } of models)
    expect(parameters).toBeGreaterThan(evolution?.parameters ?? 0);
});
