// @ts-check
/**
 * Compares evolution with fine-tuning all components, from the same pretrained root and with the
 * same number of training steps:
 *
 *     node examples/against-fine-tuning/compare.js [--seeds 5] [--root-rounds 1] [--json] [--quick]
 *
 * The root is trained on MNIST, in rounds of 200 steps of 64 images. The tasks have few images: 539
 * digits of another data set, and 1000 images of Fashion-MNIST if that is installed. --quick only
 * checks that the program runs. docs/evolution-against-fine-tuning.md has the results.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defineExperiment, grow, Mu2NetError, openLocalPool } from 'mu2net';

/** @import { Experiment, GrowOptions, Run } from 'mu2net' */
/**
 * @typedef {{ readonly arm: Arm, readonly seed: number, readonly task: string, readonly accuracy:
 * number, readonly steps: number, readonly parameters: number }} Result
 */

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    'root-rounds': { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const LAYERS = 2;
/** Every component of a model; fine-tuning all trains them. */
const ALL = [
  'embedding',
  'cls',
  'posembed_input',
  ...Array.from({ length: LAYERS }, (_, layer) => `encoderblock_${layer}`),
  'encoder_norm',
  'head',
];

/** The budget: children of a task, and validations of each child. */
const CHILDREN = options.quick ? 4 : 8;
const VALIDATIONS = options.quick ? 1 : 2;

const hyperparameters = {
  num_layers: LAYERS,
  opt_lr: 0.05,
  ds_image_size: 28,
  ds_crop: false,
  ds_area_range_min: 1,
  ds_aspect_ratio_range_min: 1,
  ds_flip_left_right: false,
};

const COMMON = { root: { architecture: 'Ti/14' }, autoTune: null, taskIterations: 1 };

/** Settings of a model that trains all its components. */
const pretraining = {
  ...COMMON,
  name: 'pretraining',
  method: { samplesPerTask: 1, width: 1, alwaysClone: ALL },
  training: {
    batchSize: options.quick ? 32 : 64,
    maxTrainExamplesBetweenValidations: options.quick ? 640 : 12_800,
    validationsPerChild: Number(options['root-rounds']),
    maxValidationExamples: 1000,
  },
  hyperparameters,
  tasks: [
    {
      name: 'mnist',
      splits: { train: 'train[:50000]', validation: 'train[50000:51000]', test: 'test[:1000]' },
    },
  ],
};

const TUNED = { opt_lr: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2], opt_momentum: [0.8, 0.85, 0.9, 0.95] };

/**
 * The arms of the comparison, which spend a task's steps differently. An arm that trains everything
 * has a separate model per task: its tasks are private, so that each starts from the root.
 */
const ARMS = {
  evolution: { children: CHILDREN, everything: false, tuned: true },
  'fine-tune all, tuned': { children: CHILDREN, everything: true, tuned: true },
  'fine-tune all, once': { children: 1, everything: true, tuned: false },
};
/** @typedef {keyof typeof ARMS} Arm */
const ARM_NAMES = /** @type {Arm[]} */ (Object.keys(ARMS));

/**
 * @param {Arm} arm
 * @param {number} seed
 * @param {Run} root the run of the pretrained root
 * @returns {Experiment}
 */
function experimentOf(arm, seed, root) {
  const { children, everything, tuned } = ARMS[arm];
  return defineExperiment(
    {
      ...COMMON,
      name: `${arm.replaceAll(/\W+/g, '-')}-${seed}`,
      seed,
      method: {
        name: 'pretrained',
        module: './method.js',
        samplesPerTask: children,
        width: Math.min(2, children),
        ...(everything && { alwaysClone: ALL }),
      },
      training: {
        batchSize: 32,
        maxTrainExamplesBetweenValidations: options.quick ? 64 : 640,
        validationsPerChild: (VALIDATIONS * CHILDREN) / children,
        maxValidationExamples: 256,
      },
      hyperparameters: { ...hyperparameters, _mu_: tuned ? 0.2 : 0 },
      ranges: tuned ? TUNED : {},
      tasks: [
        {
          name: 'digits',
          private: everything,
          splits: { train: 'all[:30%]', validation: 'all[30%:50%]', test: 'all[50%:]' },
        },
        {
          name: 'fashion_mnist',
          private: everything,
          optional: true,
          splits: { train: 'train[:1000]', validation: 'train[1000:1500]', test: 'test[:5000]' },
        },
      ].slice(0, options.quick ? 1 : 2),
      continueFrom: root.address,
    },
    { baseDirectory: import.meta.dirname },
  );
}

/** Prints progress on stderr, because stdout has the table or the JSON. */
const say = console.error;

/**
 * Runs an arm once, and returns a result per task.
 * @param {Arm} arm
 * @param {number} seed
 * @param {Run} root
 * @param {GrowOptions} session
 * @returns {Promise<Result[]>}
 */
async function measure(arm, seed, root, session) {
  /** @type {Map<number, number>} */
  const steps = new Map();
  /** @type {Map<string, number>} */
  const spent = new Map();
  const experiment = experimentOf(arm, seed, root);
  const run = await grow(experiment, {
    ...session,
    onEvent: (event) => {
      if (event.type === 'progress') steps.set(event.pathId, event.step);
      if (event.type !== 'child') return;
      spent.set(event.task, (spent.get(event.task) ?? 0) + (steps.get(event.pathId) ?? 0));
    },
  });
  const { rows, systemParameterCount } = run.leaderboard();
  return rows.flatMap(({ task, testAccuracy }) => {
    const taken = spent.get(task);
    if (taken === undefined || testAccuracy === null) return [];
    say(`${arm}, seed ${seed}, ${task}: ${(100 * testAccuracy).toFixed(2)} %`);
    return [
      { arm, seed, task, accuracy: testAccuracy, steps: taken, parameters: systemParameterCount },
    ];
  });
}

/** @param {readonly number[]} values */
function spread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0 };
}

/** @param {readonly number[]} values accuracies in [0, 1] */
function percent(values) {
  const { mean, deviation } = spread(values);
  return `${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)}`;
}

/** @param {readonly Result[]} results */
function table(results) {
  const tasks = [...new Set(results.map(({ task }) => task))];
  return ARM_NAMES.map((arm) => {
    const own = results.filter((result) => result.arm === arm);
    const seeds = [...new Set(own.map(({ seed }) => seed))];
    const mean = (/** @type {number} */ seed) =>
      spread(own.flatMap((each) => (each.seed === seed ? [each.accuracy] : []))).mean;
    const accuracies = (/** @type {string} */ task) =>
      own.flatMap((each) => (each.task === task ? [each.accuracy] : []));
    return {
      arm,
      ...Object.fromEntries(tasks.map((task) => [task, percent(accuracies(task))])),
      mean: percent(seeds.map(mean)),
      steps: own.find(({ seed }) => seed === seeds[0])?.steps,
      parameters: spread(own.map(({ parameters }) => parameters)).mean,
    };
  });
}

const folder = mkdtempSync(join(tmpdir(), 'mu2net-compare-'));
try {
  const pool = await openLocalPool({ logDirectory: folder });
  try {
    const session = { folder, pool };
    const root = await grow(defineExperiment(pretraining), session);
    say(`root, on MNIST: ${(100 * (root.leaderboard().rows[0]?.testAccuracy ?? 0)).toFixed(2)} %`);
    /** @type {Result[]} */
    const results = [];
    for (let seed = 1; seed <= Number(options.seeds); seed++) {
      for (const arm of ARM_NAMES) {
        results.push(...(await measure(arm, seed, root, session)));
      }
    }
    if (options.json) console.log(JSON.stringify(results));
    else console.table(table(results));
  } finally {
    await pool.close();
  }
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
