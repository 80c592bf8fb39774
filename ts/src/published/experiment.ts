import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogueTask } from '../catalogue/index.js';
import { type ConfigInput, defineExperiment } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import {
  invalidSystem,
  type PublishedState,
  type PublishedSystem,
  parseNumberList,
} from './rows.js';

type Values = Readonly<Record<string, unknown>>;

/** Fields of `config.json` that both notebooks have. */
interface CommonConfig {
  readonly batch_size: number;
  readonly num_train_examples_between_validations_max: number;
  readonly num_validations_per_path_training: number;
  readonly num_validation_examples_max: number;
  readonly models_default_hparams: Values;
  readonly models_mutation_ranges: Readonly<Record<string, readonly unknown[]>>;
}

/** Fields of `config.json` of mu2Net.ipynb. */
interface SystemConfig extends CommonConfig {
  readonly load_vit_checkpoint_query: string;
  readonly num_samples_per_task: number;
  readonly mutate_adapters: boolean;
  readonly force_finetune_components: readonly string[];
  readonly scorer_kwargs: { readonly base?: number; readonly num_params?: number };
}

/** Fields of `config.json` of an agent of mu3Net.ipynb. */
interface AgentConfig extends CommonConfig {
  readonly vit_checkpoint_query: string;
  readonly num_samples_per_cycle: number;
  readonly max_task_population_size?: number | null;
  readonly force_mutations?: readonly string[];
  readonly scorer_kwargs: {
    readonly scale_factor: number;
    readonly num_params: number;
    readonly flops?: number;
  };
}

/**
 * Rebuilds the finished experiment that grew a published system, with all tasks that it learned.
 * @throws Mu2NetError CHECKPOINT_MISSING, CHECKPOINT_INVALID
 */
export function publishedExperiment(
  states: readonly PublishedState[],
  name: string,
  system: PublishedSystem,
): Experiment {
  if (system.iterations.length === 0) throw invalidSystem('the system has learned no task yet');
  const tasks = tasksOf(system);
  const choices = states.every(({ agent }) => agent === null)
    ? choicesOfSystem(states)
    : choicesOfAgents(states);
  const { config, ...rest } = choices;
  const { num_classes: _, mutate_adapters: __, ...defaults } = config.models_default_hparams;
  const input: unknown = {
    name,
    ...rest,
    training: {
      batchSize: config.batch_size,
      maxTrainExamplesBetweenValidations: config.num_train_examples_between_validations_max,
      validationsPerChild: config.num_validations_per_path_training,
      maxValidationExamples: config.num_validation_examples_max,
    },
    hyperparameters: {
      ...defaults,
      adapter_layers: parseNumberList(String(defaults.adapter_layers ?? '')),
    },
    autoTune: null,
    ranges: config.models_mutation_ranges,
    tasks,
    taskIterations: 1,
    // Some agents may have run more cycles than others.
    cycles: Math.min(
      ...tasks.map((task) => system.iterations.filter((each) => each.task === task.name).length),
    ),
  };
  return defineExperiment(input as ConfigInput, { dataMustExist: false }).experiment;
}

/** Reads the choices of mu2Net.ipynb. */
function choicesOfSystem(states: readonly PublishedState[]) {
  const config = readConfig<SystemConfig>(states.at(-1));
  const { base = 1, num_params: parametersReference = 1 } = config.scorer_kwargs;
  return {
    config,
    root: { architecture: parseArchitecture(config.load_vit_checkpoint_query) },
    method: {
      samplesPerTask: config.num_samples_per_task,
      adaptersMutate: config.mutate_adapters,
      alwaysClone: config.force_finetune_components,
      score: { base, parametersReference },
    },
  };
}

/** Reads the choices of the agents of mu3Net.ipynb; if they differ, those of the last agent. */
function choicesOfAgents(states: readonly PublishedState[]) {
  const latest = [...new Map(states.map((state) => [state.agent, state])).values()];
  const configs = latest.map((state) => readConfig<AgentConfig>(state));
  const config = configs.at(-1) as AgentConfig;
  const architectures = new Set(
    configs.map(({ vit_checkpoint_query }) => parseArchitecture(vit_checkpoint_query)),
  );
  const [architecture, ...others] = architectures;
  if (others.length > 0) {
    throw invalidSystem(
      `its agents have the architectures ${[...architectures].join(' and ')} instead of one`,
    );
  }
  const { scale_factor, num_params, flops = 0 } = config.scorer_kwargs;
  return {
    config,
    root: { architecture },
    method: {
      name: 'mu2net+',
      samplesPerTask: config.num_samples_per_cycle,
      adaptersMutate: config.models_default_hparams.mutate_adapters === true,
      alwaysClone: (config.force_mutations ?? []).map(parseForcedClone),
      maxTaskPopulation: config.max_task_population_size ?? null,
      score: {
        base: scale_factor,
        parametersReference: num_params,
        flopsReference: flops > 0 ? flops : null,
      },
    },
  };
}

/** Returns the component of a forced mutation such as `clone:encoder_norm`. */
function parseForcedClone(mutation: string): string {
  const clone = 'clone:';
  if (mutation.startsWith(clone)) return mutation.slice(clone.length);
  throw invalidSystem(`config.json forces ${mutation}, but only clones can be forced`);
}

function parseArchitecture(query: string): string {
  const name = /name\s*==\s*["']([^"']+)["']/.exec(query)?.[1];
  if (name === undefined) throw invalidSystem('the query in config.json has no architecture name');
  return name;
}

function readConfig<Config>(state: PublishedState | undefined): Config {
  const file = state?.config ?? '';
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Config;
  } catch (cause) {
    throw new Mu2NetError(
      'CHECKPOINT_MISSING',
      `cannot read ${file}: ${(cause as Error).message}; copy the whole folder of the experiment`,
      { file, cause },
    );
  }
}

/**
 * Returns the learned tasks in the order of learning. The notebooks do not save the location of the
 * data: a task outside the catalogue gets class folders in `$MU2NET_DATA` as its source.
 */
function tasksOf({ paths, iterations }: PublishedSystem) {
  const names = [...new Set(iterations.map(({ task }) => task))];
  const hidden = new Set(paths.filter((path) => path.isPrivate).map(({ task }) => task));
  return names.map((name) => ({
    name,
    private: hidden.has(name),
    ...(catalogueTask(name)
      ? {}
      : {
          source: { kind: 'folder', path: resolve(process.env.MU2NET_DATA ?? 'data', name) },
          splits: { train: 'all[10%:]', validation: 'all[5%:10%]', test: 'all[:5%]' },
        }),
  }));
}
