import type { Child } from '../evolution/index.js';
import type { Sampled } from '../state/sampled.js';

/** Returns a child as it was sampled, in the form that the record keeps. */
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
