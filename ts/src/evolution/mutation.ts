import {
  type DataHyperparameters,
  dataHyperparametersOf,
  type Hyperparameters,
  type MutationRanges,
  type TunableName,
} from '../domain/hyperparameters.js';
import type { Stream } from './streams.js';

/** One step up or down (fair coin) in an ordered list, clamped at its ends (method §4). */
export function step<T>(value: T, range: readonly T[], stream: Stream): T {
  const at = range.indexOf(value);
  if (at < 0) throw new Error(`${String(value)} is not in its range [${range.join(', ')}]`);
  const moved = at + (stream.chance(0.5) ? 1 : -1);
  return range[Math.max(0, Math.min(range.length - 1, moved))] as T;
}

function stepped<Name extends TunableName>(
  values: Hyperparameters,
  name: Name,
  ranges: MutationRanges,
  stream: Stream,
): Hyperparameters {
  const range = ranges[name] as readonly Hyperparameters[Name][];
  return { ...values, [name]: step(values[name], range, stream) };
}

const isChildName = (name: TunableName) =>
  name === '_mu_' || name === 'num_layers' || name === 'adapter_dim' || name.startsWith('opt_');

/** Names that have a range, in sorted order. */
function namesIn(ranges: MutationRanges): readonly TunableName[] {
  return (Object.keys(ranges) as TunableName[]).sort();
}

/**
 * Mutates a child's own hyperparameters: each that has a range moves one step with probability µ, in
 * sorted order, so that a moved `_mu_` holds for those after it.
 */
export function mutateHyperparameters(
  parent: Hyperparameters,
  ranges: MutationRanges,
  stream: Stream,
): Hyperparameters {
  let values = parent;
  for (const name of namesIn(ranges)) {
    if (isChildName(name) && stream.chance(values._mu_))
      values = stepped(values, name, ranges, stream);
  }
  return values;
}

/**
 * Layers that have a residual adapter: each without one gains it with probability µ where `mutate`
 * is set; those of layers that are gone are dropped. Ascending.
 */
export function mutateAdapters(
  values: Pick<Hyperparameters, '_mu_' | 'num_layers' | 'adapter_layers'>,
  mutate: boolean,
  stream: Stream,
): readonly number[] {
  const layers = Array.from({ length: values.num_layers }, (_, layer) => layer);
  const present = new Set(values.adapter_layers);
  return layers.filter((layer) => present.has(layer) || (mutate && stream.chance(values._mu_)));
}

/**
 * The data hyperparameters that a generation shares (method §2.2a): the defaults, overwritten with
 * the best path's, each that has a range moved one step with the default µ.
 */
export function drawDataHyperparameters(
  defaults: Hyperparameters,
  best: DataHyperparameters | null,
  ranges: MutationRanges,
  stream: Stream,
): DataHyperparameters {
  let values: Hyperparameters = { ...defaults, ...(best && dataHyperparametersOf(best)) };
  for (const name of namesIn(ranges)) {
    if (name.startsWith('ds_') && stream.chance(defaults._mu_)) {
      values = stepped(values, name, ranges, stream);
    }
  }
  return dataHyperparametersOf(values);
}
