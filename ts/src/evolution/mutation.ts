import {
  dataHyperparametersOf,
  type Hyperparameters,
  learnedName,
  type MutationRanges,
  type TunableName,
} from '../domain/hyperparameters.js';
import type { ResolvedMethod, Policies } from './policies.js';
import type { Stream } from './streams.js';

/** One step up or down (fair coin) in an ordered list, clamped at its ends (method §4). */
export function step<T>(value: T, range: readonly T[], stream: Stream): T {
  const at = range.indexOf(value);
  if (at < 0) throw new Error(`${String(value)} is not in its range [${range.join(', ')}]`);
  const moved = at + (stream.chance(0.5) ? 1 : -1);
  return range[Math.max(0, Math.min(range.length - 1, moved))] as T;
}

/** Every action is taken with the probability µ of the child. */
export const fixedProbability: Policies['mutation'] = (values, _action, _ranges, stream) => ({
  taken: stream.chance(values._mu_),
  values,
});

/**
 * Each action is taken with a probability of its own, which starts at µ and, whenever the action is
 * considered, first moves one step in the range of µ with probability µ.
 */
export const learnedProbability: Policies['mutation'] = (values, action, ranges, stream) => {
  const name = learnedName(action);
  const probability = values[name] ?? values._mu_;
  if (!ranges._mu_) return { taken: stream.chance(probability), values };
  const moved = stream.chance(values._mu_) ? step(probability, ranges._mu_, stream) : probability;
  return { taken: stream.chance(moved), values: { ...values, [name]: moved } };
};

function moveValue<Name extends TunableName>(
  values: Hyperparameters,
  name: Name,
  ranges: MutationRanges,
  stream: Stream,
): Hyperparameters {
  const range = ranges[name] as readonly Hyperparameters[Name][];
  return { ...values, [name]: step(values[name], range, stream) };
}

/** Considers every name that has a range and is of that kind, in sorted order. */
function mutateNames(
  start: Hyperparameters,
  isKind: (name: TunableName) => boolean,
  ranges: MutationRanges,
  decide: Policies['mutation'],
  stream: Stream,
): Hyperparameters {
  let values = start;
  for (const name of (Object.keys(ranges) as TunableName[]).filter(isKind).sort()) {
    const decision = decide(values, `hp:${name}`, ranges, stream);
    values = decision.taken ? moveValue(decision.values, name, ranges, stream) : decision.values;
  }
  return values;
}

const isChildName = (name: TunableName) =>
  name === '_mu_' || name === 'num_layers' || name === 'adapter_dim' || name.startsWith('opt_');

/**
 * Mutates a child's own hyperparameters: each that has a range may move one step, in sorted order, so
 * that a moved `_mu_` holds for those after it.
 */
export function mutateHyperparameters(
  parent: Hyperparameters,
  { ranges, policies }: Pick<ResolvedMethod, 'ranges' | 'policies'>,
  stream: Stream,
): Hyperparameters {
  return mutateNames(parent, isChildName, ranges, policies.mutation, stream);
}

type AdapterRules = Pick<
  ResolvedMethod,
  'adaptersMutate' | 'adaptersRemovable' | 'ranges' | 'policies'
>;

/**
 * Where adapters mutate, each layer without one may gain it and, where they are removable, each with
 * one may lose it; those of layers that are gone are dropped.
 */
export function mutateAdapters(
  start: Hyperparameters,
  { adaptersMutate, adaptersRemovable, ranges, policies }: AdapterRules,
  stream: Stream,
): Hyperparameters {
  let values = start;
  const taken = (what: 'add' | 'remove', layer: number) => {
    const action = `${what}:residual_adapter_${layer}` as const;
    const decision = policies.mutation(values, action, ranges, stream);
    values = decision.values;
    return decision.taken;
  };
  const present = new Set(start.adapter_layers);
  const layers = Array.from({ length: start.num_layers }, (_, layer) => layer).filter((layer) => {
    if (!present.has(layer)) return adaptersMutate && taken('add', layer);
    return !(adaptersMutate && adaptersRemovable && taken('remove', layer));
  });
  return { ...values, adapter_layers: layers };
}

/** The defaults, overwritten with the best path's, each that has a range mutated with the default µ. */
export const mutateData: Policies['data'] = ({ defaults, best, ranges, mutation }, stream) => {
  const values = { ...defaults, ...(best && dataHyperparametersOf(best)) };
  const isData = (name: TunableName) => name.startsWith('ds_');
  return dataHyperparametersOf(mutateNames(values, isData, ranges, mutation, stream));
};

/** As {@link mutateData}, but the defaults themselves do not mutate: there has to be a best path. */
export const mutateDataOfBest: Policies['data'] = (choice, stream) =>
  choice.best ? mutateData(choice, stream) : dataHyperparametersOf(choice.defaults);
