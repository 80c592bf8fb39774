import { InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { type Experiment, loadExperiment, type Overrides } from '../../index.js';
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

/** Options of reading a configuration. */
interface ReadOptions {
  readonly set: Overrides;
  readonly dataMustExist?: boolean;
}

/**
 * Reads a configuration, and notes optional tasks that are left out because their data is absent.
 */
export function readExperiment(file: string, options: ReadOptions): Experiment {
  return loadExperiment(file, {
    ...options,
    onSkipped: ({ name, reason }) => note(`task ${name} is left out: ${reason}`),
  });
}
