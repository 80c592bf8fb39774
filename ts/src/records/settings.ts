import type { Experiment } from '../domain/experiment.js';

/** Returns the settings of an experiment as dotted keys and values; a list stays one value, as JSON. */
export function settingsOf(experiment: Experiment): readonly (readonly [string, string])[] {
  return flatten('', experiment);
}

function flatten(prefix: string, value: unknown): readonly (readonly [string, string])[] {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMapping) return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : flatten(prefix === '' ? key : `${prefix}.${key}`, inner),
  );
}
