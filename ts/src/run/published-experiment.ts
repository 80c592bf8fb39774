import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { catalogueTask } from '../catalogue/index.js';
import { type ConfigInput, defineExperiment } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import { invalid, joined, type PublishedPath } from './published-paths.js';

/** What `config.json` of the notebook says, as far as it matters here. */
interface PublishedConfig {
  readonly load_vit_checkpoint_query: string;
  readonly batch_size: number;
  readonly num_train_examples_between_validations_max: number;
  readonly num_validations_per_path_training: number;
  readonly num_validation_examples_max: number;
  readonly num_samples_per_task: number;
  readonly mutate_adapters: boolean;
  readonly force_finetune_components: readonly string[];
  readonly scorer_kwargs: { readonly base?: number; readonly num_params?: number };
  readonly models_default_hparams: Readonly<Record<string, unknown>>;
  readonly models_mutation_ranges: Readonly<Record<string, readonly unknown[]>>;
}

/** The experiment that grew a published system: finished, with every task that it learned. */
export function publishedExperiment(
  folder: string,
  name: string,
  paths: readonly PublishedPath[],
): Experiment {
  const config = read(join(folder, 'config.json'));
  const architecture = /name\s*==\s*["']([^"']+)["']/.exec(config.load_vit_checkpoint_query)?.[1];
  if (architecture === undefined) throw invalid('config.json names no architecture in its query');
  const { num_classes: _, adapter_layers, ...hyperparameters } = config.models_default_hparams;
  const input: unknown = {
    name,
    root: { architecture },
    method: {
      samplesPerTask: config.num_samples_per_task,
      adaptersMutate: config.mutate_adapters,
      alwaysClone: config.force_finetune_components,
      score: {
        base: config.scorer_kwargs.base ?? 1,
        parametersReference: config.scorer_kwargs.num_params ?? 1,
      },
    },
    training: {
      batchSize: config.batch_size,
      maxTrainExamplesBetweenValidations: config.num_train_examples_between_validations_max,
      validationsPerChild: config.num_validations_per_path_training,
      maxValidationExamples: config.num_validation_examples_max,
    },
    hyperparameters: { ...hyperparameters, adapter_layers: joined(String(adapter_layers ?? '')) },
    autoTune: null,
    ranges: config.models_mutation_ranges,
    tasks: tasksOf(paths),
    taskIterations: 1,
  };
  return defineExperiment(input as ConfigInput, { dataMustExist: false }).experiment;
}

function read(file: string): PublishedConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PublishedConfig;
  } catch (cause) {
    throw new Mu2NetError(
      'CHECKPOINT_MISSING',
      `cannot read ${file}: ${(cause as Error).message}; it lies in the folder of the experiment, beside its states`,
      { cause },
    );
  }
}

/**
 * The tasks that were learned, in that order. Where the data lies that they were learned from is not
 * known; a task that the catalogue does not have is looked for as class folders in `$MU2NET_DATA`.
 */
function tasksOf(paths: readonly PublishedPath[]) {
  const privacy = new Map(
    paths.flatMap(({ task, living, isPrivate }) =>
      task === null || !living ? [] : [[task, isPrivate] as const],
    ),
  );
  return [...privacy].map(([name, isPrivate]) => ({
    name,
    private: isPrivate,
    ...(catalogueTask(name)
      ? {}
      : {
          source: { kind: 'folder', path: resolve(process.env.MU2NET_DATA ?? 'data', name) },
          splits: { train: 'all[10%:]', validation: 'all[5%:10%]', test: 'all[:5%]' },
        }),
  }));
}
