// @ts-check
/**
 * Develops a method on a living system, as the µ2Net+ paper does:
 *
 *     node examples/develop-method.js
 *
 * A system learns its first tasks by plain µ2Net. For each extension a branch goes back to the root
 * model and learns the same tasks with that extension alone. They are compared; the best by validation
 * is adopted if it is better than the trunk, and the system goes on with it to a further task. All is
 * one run: the branches share its store, and the record keeps how it came about.
 */
import { basename } from 'node:path';
import {
  adopt,
  branch,
  compare,
  defineExperiment,
  drop,
  gc,
  leaderboardOf,
  Mu2NetError,
  resume,
  run,
} from 'mu2net';

/** What µ2Net+ adds to µ2Net, an extension each, as `mu2net branch … --set key=value` would say it. */
const EXTENSIONS = {
  learned: { 'method.policies.mutation': 'mu2net+', 'ranges._mu_': [0.1, 0.2, 0.3, 0.4, 0.5] },
  adapters: { 'method.adaptersMutate': true },
  depth: { 'ranges.num_layers': [1, 2, 3] },
  // A depth that can mutate, now with a price on size and on operations.
  price: {
    'ranges.num_layers': [1, 2, 3],
    'method.policies.accounting': 'mu2net+',
    'method.score.base': 0.99,
    'method.score.parametersReference': 1e6,
    'method.score.flopsReference': 1e6,
  },
};

try {
  const { experiment } = defineExperiment({
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
  const directory = await run(experiment, { onEvent: tell });
  for (const [extension, set] of Object.entries(EXTENSIONS)) {
    branch(directory, extension, { at: '0', set });
  }
  const branches = Object.keys(EXTENSIONS).map((extension) => `${directory}:${extension}`);
  for (const system of branches) await resume(system, { onEvent: tell });

  const { systems, tasks } = compare(directory, ...branches);
  for (const { task, models } of tasks) {
    console.log(`\n${task}`);
    const rows = models.map((model, at) => [systems[at]?.name, figures(model)]);
    console.table(Object.fromEntries(rows));
  }

  // The choice is made on the validation splits: the test splits are for the report.
  const quality = systems.map((_, at) =>
    tasks.reduce((sum, { models }) => sum + (models[at]?.validationAccuracy ?? 0), 0),
  );
  const best = quality.indexOf(Math.max(...quality));
  const winner = best === 0 ? null : Object.keys(EXTENSIONS)[best - 1];
  console.log(winner ? `${winner} pays: it is adopted` : 'no extension pays: the trunk goes on');
  if (winner) adopt(`${directory}:${winner}`);

  branch(directory, 'next', { tasks: ['fashion_mnist'] });
  await resume(`${directory}:next`, { onEvent: tell });
  adopt(`${directory}:next`);
  for (const system of [...branches, `${directory}:next`]) drop(system);
  const { unreferenced } = gc(directory, { delete: true });

  const rows = leaderboardOf(directory).rows.map(({ task, testAccuracy, lineage }) => {
    const test = Number((100 * (testAccuracy ?? Number.NaN)).toFixed(2));
    return [task, { test, 'grown from': [...lineage].reverse().join(' → ') }];
  });
  console.table(Object.fromEntries(rows));
  console.log(`the system is in ${basename(directory)}; 'npx mu2net log' draws how it came about`);
  const freed = (unreferenced.bytes / 1e6).toFixed(1);
  console.log(`${unreferenced.files} objects of dropped branches freed: ${freed} MB`);
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

/**
 * Accuracies in per cent, differences to the trunk in percentage points.
 * @param {import('mu2net').ComparedModel | null | undefined} model
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
    parameters: model?.totalParams,
  };
}

/** @param {import('mu2net').RunEvent} event */
function tell(event) {
  if (event.type === 'started') {
    const left = event.children - event.childrenDone;
    if (left > 0) console.log(`${event.run}: ${left} children to train`);
  } else if (event.type === 'child') {
    const reached = Math.max(0, ...event.qualities).toFixed(4);
    console.log(`  ${event.task}  path ${event.path}  ${reached}`);
  }
}
