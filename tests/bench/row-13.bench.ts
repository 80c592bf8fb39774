// Row 13 of the table of goals: the controller with the null pool.
import { platform } from 'node:os';
import { expect, test } from 'vitest';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import {
  ask,
  endIteration,
  generationsOf,
  resolveMethod,
  startIteration,
  streamsOf,
  tell,
} from '../../ts/src/evolution/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { recallSystem } from '../../ts/src/state/record/recall.js';
import { experimentOf, poolOf, taskOf } from '../support/experiments.js';
import { createRecord, growToEnd, temporaryFolder } from '../support/runs.js';
import { choicesOf } from '../support/systems.js';
import { quantile, report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const TASKS = QUICK ? 5 : 129;
const PATHS = QUICK ? 200 : 100_000;
/** Number of tasks that are learned again while the time is measured. */
const REVISITED = QUICK ? 2 : 50;
const GENERATIONS = 5;
const WORKERS = QUICK ? 20 : 1000;
/** Numbers of children per task iteration and per generation, as in the largest published run. */
const SAMPLES = QUICK ? 16 : 128;
const WIDTH = QUICK ? 4 : 32;

/** ViT-L/16, as in the largest published run. */
const LARGE = { patchSize: 16, hiddenSize: 1024, mlpDim: 4096, numHeads: 16, depth: 24 };

function large(choices: Partial<Experiment>, method: Parameters<typeof choicesOf>[0]): Experiment {
  const { method: small } = experimentOf();
  const defaults = { ...small.defaults, num_layers: 24, ds_image_size: 384 };
  const ranges = { _mu_: [0.1, 0.2, 0.3], opt_lr: [0.005, 0.01, 0.02], opt_momentum: [0.8, 0.9] };
  return experimentOf({
    architecture: LARGE,
    method: choicesOf({ ...method, defaults, ranges }),
    ...choices,
  });
}

test('ask and tell late in a large system', async () => {
  const tasks = Array.from({ length: TASKS }, (_, nth) => taskOf(`task-${nth}`));
  const taskIterations = Math.ceil(PATHS / (TASKS * SAMPLES));
  const learnt = large({ tasks, taskIterations }, { samplesPerTask: SAMPLES, width: WIDTH });
  const pool = poolOf(learnt);
  const ledger = await createRecord(learnt, pool);
  await growToEnd(ledger, pool);
  let system = recallSystem(ledger);
  expect(system.nextPathId).toBeGreaterThanOrEqual(PATHS);

  // Learns some tasks again, each from its retained path to a population of all its children.
  const streams = streamsOf(learnt.seed);
  const method = resolveMethod(learnt.method);
  const millis: number[] = [];
  const cpuMillis: number[] = [];
  for (const { name } of tasks.slice(0, REVISITED)) {
    const index = TASKS * taskIterations + millis.length;
    let iteration = startIteration(system, { index, task: name, numClasses: 5 }, streams);
    for (let nth = 0; nth < generationsOf(method); nth++) {
      const began = process.cpuUsage();
      const started = performance.now();
      const generation = ask(system, iteration, method, streams);
      const asked = performance.now();
      const { user, system: kernel } = process.cpuUsage(began);
      const outcomes = generation.children.map(({ pathId, components }) => ({
        pathId,
        qualities: [0.5 + (pathId % 1000) / 2000],
        trained: components.map(({ name }) => ({
          name,
          paramsDigest: `${pathId}`,
          traceDigest: null,
        })),
      }));
      const resumed = process.cpuUsage();
      const measured = performance.now();
      const outcome = tell(system, iteration, { generation, outcomes }, method);
      millis.push(asked - started + (performance.now() - measured));
      const rest = process.cpuUsage(resumed);
      cpuMillis.push((user + kernel + rest.user + rest.system) / 1000);
      ({ system, iteration } = outcome);
    }
    ({ system } = endIteration(system, iteration, method));
  }
  const ours = quantile(millis, 0.99);
  report({
    row: 13,
    metric: 'ask and tell of a generation, 99th percentile',
    ours,
    baseline: null,
    ratio: null,
    spread: null,
    goal: '≤ 10',
    pass: ours <= 10,
    unit: 'ms',
    detail: `${TASKS} tasks, ${system.nextPathId} paths, ViT-L/16 of 24 layers; generations of ${WIDTH}, up to ${SAMPLES} candidates; median ${quantile(millis, 0.5).toFixed(2)} ms of ${millis.length} generations; CPU time of the whole process, the collector's and the compiler's threads included: 99th percentile ${quantile(cpuMillis, 0.99).toFixed(2)} ms, median ${quantile(cpuMillis, 0.5).toFixed(2)} ms`,
  });
});

test('children dispatched to many workers, and recorded', async () => {
  const experiment = large(
    { tasks: [taskOf('one')], taskIterations: 1 },
    { samplesPerTask: GENERATIONS * WORKERS, width: WORKERS },
  );
  const pool = poolOf(experiment, { workers: WORKERS });
  const ledger = await createRecord(experiment, pool, temporaryFolder());
  let sampled = 0;
  let dispatched = 0;
  const watched: Pool = {
    execute(request, options) {
      if (request.kind === 'train') dispatched = performance.now();
      return pool.execute(request, options);
    },
    workers: () => pool.workers(),
    close: () => pool.close(),
  };
  const rates: number[] = [];
  const recorded: number[] = [];
  const cpuMicros: number[] = [];
  let began = process.cpuUsage();
  await growToEnd(ledger, watched, ({ type }) => {
    if (type === 'generation') {
      sampled = performance.now();
      began = process.cpuUsage();
    }
    // The events of children follow when the whole generation is recorded.
    if (type === 'child' && dispatched > sampled) {
      rates.push(WORKERS / ((dispatched - sampled) / 1000));
      recorded.push(WORKERS / ((performance.now() - sampled) / 1000));
      const { user, system } = process.cpuUsage(began);
      cpuMicros.push(user + system);
      sampled = Number.POSITIVE_INFINITY;
    }
  });
  ledger.close();
  expect(rates).toHaveLength(GENERATIONS);
  const ours = quantile(rates, 0.5);
  const recordedRate = quantile(recorded, 0.5);
  const cpuText = `${(quantile(cpuMicros, 0.5) / 1000 / WORKERS).toFixed(3)} ms for each child`;
  report({
    row: 13,
    metric: 'children dispatched per second to simulated workers',
    ours,
    baseline: null,
    ratio: null,
    spread: null,
    goal: '≥ 5000',
    pass: ours >= 5000,
    unit: 'children/s',
    detail: `${WORKERS} workers of the null pool, a child of ViT-L/16 for each; from the sampled generation to the last request handed over, recorded measurements looked up; median of ${GENERATIONS} generations`,
  });
  report({
    row: 13,
    metric: 'children sampled to recorded per second',
    ours: recordedRate,
    baseline: null,
    ratio: null,
    spread: [Math.min(...recorded), Math.max(...recorded)],
    goal: '≥ 5000',
    pass: recordedRate >= 5000,
    unit: 'children/s',
    detail: `the same generations, from sampled to committed: measurements in durable groups on ${platform()}, then the generation, and the null pool's own work; CPU time of the process in a generation: ${cpuText}`,
  });
});
