// Row 22 of the table of goals: a simulation of the largest system by the command line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'dist/bundle/main.js');
const CONFIG = join(ROOT, 'configs/mu2net-plus/vit-large.yaml');
/** Visits of each of the 129 tasks; each samples 16 children. */
const CYCLES = QUICK ? 1 : 49;
const GOALS = { seconds: 60, silentSeconds: 10 };

test('a simulation of 129 tasks and 100 000 paths', async () => {
  const args = [MAIN, 'simulate', CONFIG, '--set', `cycles=${CYCLES}`];
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let heardAt = begun;
  let silent = 0;
  const hear = () => {
    silent = Math.max(silent, performance.now() - heardAt);
    heardAt = performance.now();
  };
  child.stderr.on('data', hear);
  const [status] = await once(child, 'exit');
  hear();
  expect(status).toBe(0);
  const seconds = (performance.now() - begun) / 1000;
  const children = 129 * 16 * CYCLES;
  const detail = `ViT-L/16, configs/mu2net-plus/vit-large.yaml with ${CYCLES} cycles: ${children} children; from the start of the command to its end`;
  report({
    row: 22,
    metric: 'simulation of 129 tasks by the command line',
    ours: seconds,
    baseline: null,
    ratio: null,
    spread: null,
    goal: `≤ ${GOALS.seconds}`,
    pass: seconds <= GOALS.seconds,
    unit: 's',
    detail,
  });
  report({
    row: 22,
    metric: 'its longest silence, into a pipe',
    ours: silent / 1000,
    baseline: null,
    ratio: null,
    spread: null,
    goal: `≤ ${GOALS.silentSeconds}`,
    pass: silent / 1000 <= GOALS.silentSeconds,
    unit: 's',
    detail,
  });
});
