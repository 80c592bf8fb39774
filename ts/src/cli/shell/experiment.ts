import { InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { type Experiment, loadExperiment, type Overrides, type SkippedTask } from '../../index.js';
import { parseSeed } from './arguments.js';
import { note } from './output.js';

function addOverride(assignment: string, overrides: Overrides = {}): Overrides {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError(
      "write it as key.path=value, for example 'training.batchSize=64'.",
    );
  }
  try {
    return { ...overrides, [key.trim()]: parse(value) };
  } catch {
    throw new InvalidArgumentError('its value is not valid YAML.');
  }
}

/** The repeatable option `--set key.path=value`; the value is YAML. */
export const SET_OPTION: Option = new Option(
  '--set <key.path=value>',
  'override a value of the configuration; repeatable',
)
  .argParser(addOverride)
  .default({}, 'none');

/** The option `--seed n`. */
export const SEED_OPTION: Option = new Option(
  '--seed <n>',
  "seed of every random draw (default: the configuration's)",
).argParser(parseSeed);

/** Options of reading a configuration. */
interface ReadOptions {
  readonly set: Overrides;
  /** Replaces the seed of the configuration and of `set`. */
  readonly seed?: number | undefined;
  readonly dataMustExist?: boolean;
}

/**
 * Reads a configuration, and notes optional tasks that are left out because their data is absent.
 */
export function readExperiment(file: string, { set, seed, ...options }: ReadOptions): Experiment {
  return loadExperiment(file, {
    ...options,
    set: seed === undefined ? set : { ...set, seed },
    onSkipped: noteSkipped,
  });
}

/** Notes a task that is left out because its data is absent. */
export function noteSkipped({ name, reason }: SkippedTask): void {
  note(`task ${name} is left out: ${reason}`);
}
