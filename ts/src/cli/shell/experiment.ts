import { InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { type LoadedExperiment, loadExperiment, type Overrides } from '../../config/index.js';
import { note } from './output.js';

function override(assignment: string, overrides: Overrides = {}): Overrides {
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

/** `--set key.path=value`, as often as wanted; the value is YAML. */
export function setOption(): Option {
  return new Option('--set <key.path=value>', 'override a value of the configuration; repeatable')
    .argParser(override)
    .default({}, 'none');
}

/** Loads a configuration and says which optional tasks are left out for want of data. */
export function loadNoting(...args: Parameters<typeof loadExperiment>): LoadedExperiment {
  const loaded = loadExperiment(...args);
  for (const { name, reason } of loaded.skipped) note(`task ${name} is left out: ${reason}`);
  return loaded;
}
