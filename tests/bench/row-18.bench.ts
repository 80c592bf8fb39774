// Rows 18 and 19 of the table of goals: predictions over HTTP under load, and several tasks on one
// image against single models.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import type { PredictionServer } from '../../ts/src/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { quantile, report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const SECONDS = QUICK ? 0.2 : 5;
const STRETCHES = QUICK ? 2 : 5;
const LAYERS = QUICK ? 1 : 12;
const SIZE = 32;
const TASKS = QUICK ? 2 : 5;
const CLIENTS = [1, 8, 64];
const CLIENTS_OF_PAIR = 8;

/** One child per task, of one step: what models predict does not matter, and most of it is shared. */
const { experiment } = defineExperiment(
  {
    name: 'row-18',
    seed: 0,
    root: { architecture: 'Ti/16' },
    method: { samplesPerTask: 1, width: 1 },
    training: {
      batchSize: 16,
      maxTrainExamplesBetweenValidations: 16,
      validationsPerChild: 1,
      maxValidationExamples: 64,
    },
    hyperparameters: { _mu_: 0.05, num_layers: LAYERS, ds_image_size: SIZE },
    autoTune: null,
    ranges: { opt_lr: [0.005, 0.01, 0.02] },
    tasks: Array.from({ length: TASKS }, (_, nth) => ({
      name: `digits-${nth}`,
      private: true,
      source: { kind: 'digits' },
      splits: { train: 'all[:70%]', validation: 'all[70%:80%]', test: 'all[80%:]' },
    })),
    taskIterations: 1,
  },
  { baseDirectory: '.' },
);
const names = experiment.tasks.map(({ name }) => name);

let pool: Pool;
let server: PredictionServer;
let shared: number;

beforeAll(async () => {
  const folder = temporaryFolder();
  pool = await openLocalPool({ workers: 1, logDirectory: folder });
  const run = openRun(await growDirectory(experiment, { folder, pool }));
  shared = quantile(
    run.leaderboard().rows.map((row) => row.sharedFraction),
    0.5,
  );
  server = await run.serve({ port: 0, pool });
});

afterAll(async () => {
  await server?.close();
  await pool?.close();
});

/** An image of the size that the models see, all of one colour. */
function imageOf(colour: number): string {
  const pixels = Buffer.alloc(3 * SIZE * SIZE, colour);
  const header = Buffer.from(`P6 ${SIZE} ${SIZE} 255\n`, 'latin1');
  return Buffer.concat([header, pixels]).toString('base64');
}

/** Lets clients ask for so many seconds, each one question after the other; returns the latencies. */
async function load(
  clients: number,
  questions: readonly (readonly string[])[],
): Promise<{ seconds: number; latencies: readonly number[] }> {
  const latencies: number[] = [];
  const begun = performance.now();
  const end = begun + 1000 * SECONDS;
  const ask = async (client: number) => {
    for (let nth = client; performance.now() < end; nth++) {
      const asked = performance.now();
      for (const tasks of questions) {
        const response = await fetch(`${server.url}/v1/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ images: [imageOf(nth % 256)], tasks, top: 1 }),
        });
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`status ${response.status}`);
      }
      latencies.push((performance.now() - asked) / 1000);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  return { seconds: (performance.now() - begun) / 1000, latencies };
}

test('row 18: images per second and latency by the number of clients', async () => {
  const one = [names.slice(0, 1)];
  await load(8, one);
  const rates: number[] = [];
  for (const clients of CLIENTS) {
    const { seconds, latencies } = await load(clients, one);
    const rate = latencies.length / seconds;
    rates.push(rate);
    expect(rate).toBeGreaterThan(0);
    const [median, last] = [0.5, 0.99].map((part) => 1000 * quantile(latencies, part));
    const isLast = clients === CLIENTS.at(-1);
    const ratio = rate / (rates[0] ?? rate);
    report({
      row: 18,
      metric: `images/s over HTTP, ${clients} clients, one task`,
      ours: rate,
      baseline: isLast ? (rates[0] ?? null) : null,
      ratio: isLast ? ratio : null,
      spread: null,
      goal: isLast ? '≥ 2 times those of one client' : null,
      pass: isLast ? ratio >= 2 : null,
      unit: 'images/s',
      detail: `p99 ${last?.toFixed(1)} ms, median ${median?.toFixed(1)} ms; Ti/16×${LAYERS}, ${SIZE} px; clients and server in one process, one sidecar`,
    });
  }
});

test('row 19: several tasks on one image against single models', async () => {
  const together: number[] = [];
  const single: number[] = [];
  for (let nth = 0; nth < STRETCHES; nth++) {
    const all = await load(CLIENTS_OF_PAIR, [names]);
    const each = await load(
      CLIENTS_OF_PAIR,
      names.map((name) => [name]),
    );
    together.push(all.latencies.length / all.seconds);
    single.push(each.latencies.length / each.seconds);
  }
  const ratios = together.map((rate, nth) => rate / (single[nth] ?? rate));
  const ratio = quantile(ratios, 0.5);
  report({
    row: 19,
    metric: `images/s, ${TASKS} tasks in one request ÷ in ${TASKS} requests`,
    ours: quantile(together, 0.5),
    baseline: quantile(single, 0.5),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    goal: '≥ 1.5',
    pass: ratio >= 1.5,
    unit: 'images/s',
    detail: `${CLIENTS_OF_PAIR} clients; a model shares ${Math.round(100 * shared)} % of its parameters in the median; Ti/16×${LAYERS}, ${SIZE} px`,
  });
});
