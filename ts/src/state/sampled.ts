import type { ComponentId, ComponentName } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { Child, Origin } from '../evolution/index.js';

/** A component of a sampled child, by ids. */
export interface SampledComponent {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameters: number;
  readonly origin: Origin['kind'];
  /** The component that it shares, copies or resamples; the seed of a fresh one. */
  readonly from: ComponentId | number;
}

/** A child as it was sampled, in the form that the record keeps. */
export interface Sampled {
  readonly hyperparameters: Hyperparameters;
  readonly qualityBar: number | null;
  readonly components: readonly SampledComponent[];
}

export function sampledOf({ hyperparameters, qualityBar, components }: Child): Sampled {
  return {
    hyperparameters,
    qualityBar,
    components: components.map(({ id, name, parameters, origin }) => ({
      id,
      name,
      parameters,
      origin: origin.kind,
      from: origin.kind === 'fresh' ? origin.seed : origin.of.id,
    })),
  };
}

/** Whether the child trains the component: all but what it shares. */
export function isTrained({ origin }: Pick<SampledComponent, 'origin'>): boolean {
  return origin !== 'shared';
}
