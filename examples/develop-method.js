// @ts-check
/**
 * Develops a method on a living system, as the µ2Net+ paper does:
 *
 *     node examples/develop-method.js
 *
 * A system learns its first tasks with plain µ2Net. For each extension, a branch begins at the root
 * model and learns the same tasks with only that extension. The program compares the branches. If
 * the best one by validation is better than the trunk, the system adopts it. Then the system learns
 * another task. Everything is one run: the branches share its store, and its record keeps the
 * history.
 */
import { defineExperiment, grow, Mu2NetError } from 'mu2net';

/** @import { ComparedModel, RunEvent } from 'mu2net' */

/** The extensions of µ2Net+, as settings for `npx mu2net branch … --set key=value`. */
const EXTENSIONS = {
  learned: { 'method.policies.mutation': 'mu2net+', 'ranges._mu_': [0.1, 0.2, 0.3, 0.4, 0.5] },
  adapters: { 'method.adaptersMutate': true },
  depth: { 'ranges.num_layers': [1, 2, 3] },
  // The depth can mutate, and the score penalises size and operations.
  price: {
    'ranges.num_layers': [1, 2, 3],
    'method.policies.accounting': 'mu2net+',
    'method.score.base': 0.99,
    'method.score.parametersReference': 1e6,
    'method.score.flopsReference': 1e6,
  },
};

try {
  const experiment = defineExperiment({
    name: 'develop-method',
    seed: 7,
    method: { samplesPerTask: 6, width: 2 },
    training: {
      batchSize: 128,
      maxTrainExamplesBetweenValidations: 2560,
      validationsPerChild: 5,
      maxValidationExamples: 1024,
    },
    hyperparameters: {
      _mu_: 0.3,
      num_layers: 2,
      opt_lr: 0.05,
      ds_crop: false,
      ds_area_range_min: 1,
      ds_aspect_ratio_range_min: 1,
      ds_flip_left_right: false,
    },
    autoTune: null,
    ranges: { opt_lr: [0.01, 0.02, 0.05, 0.1, 0.2] },
    tasks: ['mnist', 'digits'],
    taskIterations: 1,
  });
  const trunk = await grow(experiment, { onEvent: printEvent });
  const branches = [];
  for (const [extension, set] of Object.entries(EXTENSIONS)) {
    branches.push(await trunk.branch(extension, { at: '0', set }));
  }
  for (const branch of branches) await branch.resume({ onEvent: printEvent });

  const { systems, tasks } = trunk.compareWith(...branches);
  for (const { task, models } of tasks) {
    console.log(`\n${task}`);
    const rows = models.map((model, at) => [systems[at]?.name, figures(model)]);
    console.table(Object.fromEntries(rows));
  }

  // The validation splits decide; the test splits are only for the report.
  const quality = systems.map((_, at) =>
    tasks.reduce((sum, { models }) => sum + (models[at]?.validationAccuracy ?? 0), 0),
  );
  const best = quality.indexOf(Math.max(...quality));
  const winner = best === 0 ? undefined : branches[best - 1];
  console.log(
    winner
      ? `${winner.branchName} is better: the trunk adopts it`
      : 'no extension is better: the trunk continues',
  );
  if (winner) await trunk.adopt(winner);

  const next = await trunk.branch('next', { tasks: ['fashion_mnist'] });
  await next.resume({ onEvent: printEvent });
  await trunk.adopt(next);
  for (const branch of [...branches, next]) await branch.drop();
  const { unreferenced } = await trunk.gc({ delete: true });

  const rows = trunk.leaderboard().rows.map(({ task, testAccuracy, lineage }) => {
    const test = Number((100 * (testAccuracy ?? Number.NaN)).toFixed(2));
    return [task, { test, 'grown from': [...lineage].reverse().join(' → ') }];
  });
  console.table(Object.fromEntries(rows));
  console.log(`the system is in ${trunk.name}; 'npx mu2net log' draws its history`);
  const freed = (unreferenced.bytes / 1e6).toFixed(1);
  console.log(`${unreferenced.files} objects of dropped branches freed: ${freed} MB`);
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

/**
 * Returns accuracies in per cent, and differences to the trunk in percentage points.
 * @param {ComparedModel | null | undefined} model
 */
function figures(model) {
  const percent = (/** @type {number | null | undefined} */ share) =>
    Number((100 * (share ?? Number.NaN)).toFixed(2));
  const difference = model?.difference;
  return {
    validation: percent(model?.validationAccuracy),
    test: percent(model?.testAccuracy),
    'to trunk': percent(difference?.value),
    'of 95 %': difference?.interval.map(percent).join(' … '),
    'alone right': difference?.paired && `${difference.onlyOther} : ${difference.onlyFirst}`,
    parameters: model?.parameterCount,
  };
}

/** @param {RunEvent} event */
function printEvent(event) {
  if (event.type === 'started') {
    const left = event.children - event.childrenDone;
    if (left > 0) console.log(`${event.run}: ${left} children to train`);
  } else if (event.type === 'child') {
    const reached = Math.max(0, ...event.qualities).toFixed(4);
    console.log(`  ${event.task}  path ${event.pathId}  ${reached}`);
  }
}
