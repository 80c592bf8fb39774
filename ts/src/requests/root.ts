import type { RequestOf } from '../../../protocol/index.js';
import { componentNames } from '../domain/component.js';
import type { Experiment, RootCheckpoint } from '../domain/experiment.js';
import { architectureRequest } from './architecture.js';

// A root model has no adapters: if the defaults have some, each path gets its own.
const rootDefaults = ({ method }: Experiment) => ({ ...method.defaults, adapter_layers: [] });

/** Builds the request that initialises a root model at random. */
export function initialiseRequest(experiment: Experiment, store: string): RequestOf<'initialise'> {
  const defaults = rootDefaults(experiment);
  return {
    kind: 'initialise',
    store,
    architecture: architectureRequest(experiment.architecture, defaults),
    components: [...componentNames(defaults)],
    seed: experiment.seed,
  };
}

/** Builds the request that reads a root model from a checkpoint. */
export function importRequest(
  experiment: Experiment,
  checkpoint: RootCheckpoint,
  store: string,
): RequestOf<'import'> {
  const { architecture, method } = experiment;
  const defaults = rootDefaults(experiment);
  // Includes the deepest path that can be sampled, so that new layers come from the checkpoint.
  const layers = Math.max(defaults.num_layers, ...(method.ranges.num_layers ?? []));
  return {
    kind: 'import',
    store,
    architecture: architectureRequest(architecture, defaults),
    components: [...componentNames({ ...defaults, num_layers: layers })],
    ...checkpoint,
    depth: architecture.depth,
  };
}
