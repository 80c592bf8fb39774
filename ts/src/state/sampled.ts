import type { ComponentId, ComponentName } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';

/** A component of a sampled child, by ids. */
export interface SampledComponent {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameters: number;
  readonly origin: 'shared' | 'cloned' | 'fresh' | 'resampled';
  /** The component that it shares, copies or resamples; the seed of a fresh one. */
  readonly from: ComponentId | number;
}

/** A child as it was sampled, in the form that the record keeps. */
export interface Sampled {
  readonly hyperparameters: Hyperparameters;
  readonly qualityBar: number | null;
  readonly components: readonly SampledComponent[];
}

/** Whether the child trains the component: all but what it shares. */
export function isTrained({ origin }: Pick<SampledComponent, 'origin'>): boolean {
  return origin !== 'shared';
}
