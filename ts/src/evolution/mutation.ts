import {
  dataHyperparametersOf,
  type Hyperparameters,
  learnedName,
  type MutationRanges,
  type TunableName,
} from '../domain/hyperparameters.js';
import type { DataChoice, Policies, ResolvedMethod } from './policies.js';
import type { Stream } from './streams.js';

/**
 * Moves one step up or down (fair coin) in an ordered list, clamped at its ends (method §4).
 * @throws Error when the value is not in the list.
 */
export function step<T>(value: T, range: readonly T[], stream: Stream): T {
  const at = range.indexOf(value);
  if (at < 0) throw new Error(`${String(value)} is not in its range [${range.join(', ')}]`);
  const moved = at + (stream.chance(0.5) ? 1 : -1);
  return range[Math.max(0, Math.min(range.length - 1, moved))] as T;
}

/** Takes every action with the probability µ of the child. */
export const fixedProbability: Policies['mutation'] = (values, _action, _ranges, stream) => ({
  taken: stream.chance(values._mu_),
  values,
});

/**
 * Takes each action with its own learned probability. It starts at µ; before each decision, with
 * probability µ, it moves one step in the range of µ.
 */
export const learnedProbability: Policies['mutation'] = (values, action, ranges, stream) => {
  const name = learnedName(action);
  const probability = values[name] ?? values._mu_;
  if (!ranges._mu_) return { taken: stream.chance(probability), values };
  const moved = stream.chance(values._mu_) ? step(probability, ranges._mu_, stream) : probability;
  const taken = stream.chance(moved);
  // Most decisions change nothing, and a child makes one for each of its components.
  return { taken, values: values[name] === moved ? values : { ...values, [name]: moved } };
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

/** Mutates the hyperparameters that have a range and that `isKind` accepts, in sorted order. */
function mutateNames(
  start: Hyperparameters,
  isKind: (name: TunableName) => boolean,
  { ranges, mutation }: Pick<DataChoice, 'ranges' | 'mutation'>,
  stream: Stream,
): Hyperparameters {
  let values = start;
  for (const name of (Object.keys(ranges) as TunableName[]).filter(isKind).sort()) {
    const decision = mutation(values, `hp:${name}`, ranges, stream);
    values = decision.taken ? moveValue(decision.values, name, ranges, stream) : decision.values;
  }
  return values;
}

const isChildName = (name: TunableName) =>
  name === '_mu_' || name === 'num_layers' || name === 'adapter_dim' || name.startsWith('opt_');

/**
 * Mutates a child's own hyperparameters (method §4). Those with a range may move one step, in
 * sorted order: `_mu_` is the first, so its new value decides over the others.
 */
export function mutateHyperparameters(
  parent: Hyperparameters,
  { ranges, policies }: Pick<ResolvedMethod, 'ranges' | 'policies'>,
  stream: Stream,
): Hyperparameters {
  return mutateNames(parent, isChildName, { ranges, mutation: policies.mutation }, stream);
}

type AdapterRules = Pick<
  ResolvedMethod,
  'adaptersMutate' | 'adaptersRemovable' | 'ranges' | 'policies'
>;

/**
 * Mutates the set of adapters, if the method allows it (method §4): a layer may gain an adapter,
 * and, if adapters are removable, lose it. Adapters of layers that no longer exist are dropped.
 */
export function mutateAdapters(
  start: Hyperparameters,
  { adaptersMutate, adaptersRemovable, ranges, policies }: AdapterRules,
  stream: Stream,
): Hyperparameters {
  let values = start;
  const decide = (kind: 'add' | 'remove', layer: number) => {
    const action = `${kind}:residual_adapter_${layer}` as const;
    const decision = policies.mutation(values, action, ranges, stream);
    values = decision.values;
    return decision.taken;
  };
  const present = new Set(start.adapter_layers);
  const layers = Array.from({ length: start.num_layers }, (_, layer) => layer).filter((layer) => {
    if (!present.has(layer)) return adaptersMutate && decide('add', layer);
    return !(adaptersMutate && adaptersRemovable && decide('remove', layer));
  });
  return { ...values, adapter_layers: layers };
}

/** Overwrites the defaults with the best path's values, then mutates them with the default µ. */
export const mutateData: Policies['data'] = ({ defaults, best, ranges, mutation }, stream) => {
  const values = { ...defaults, ...(best && dataHyperparametersOf(best)) };
  const isData = (name: TunableName) => name.startsWith('ds_');
  return dataHyperparametersOf(mutateNames(values, isData, { ranges, mutation }, stream));
};

/** Does the same as {@link mutateData} if the task has a best path; else returns the defaults. */
export const mutateDataOfBest: Policies['data'] = (choice, stream) =>
  choice.best ? mutateData(choice, stream) : dataHyperparametersOf(choice.defaults);
