import type { ResultOf } from '../../../protocol/index.js';
import { type ComponentName, componentNames } from '../domain/component.js';
import type { Experiment, RootCheckpoint } from '../domain/experiment.js';
import type { Path } from '../domain/path.js';
import type { Pool } from '../pool/pool.js';
import { architectureRequest } from '../requests/train.js';
import type { Founding } from '../state/ledger.js';
import type { RunEvent } from './events.js';

/** A root model whose components are stored, and the file that they came from. */
export interface FoundedRoot {
  readonly root: NonNullable<Founding['root']>;
  /** With the file's hash; null for a randomly initialised root. */
  readonly checkpoint: RootCheckpoint | null;
}

/**
 * The root model of an experiment, stored: read from its checkpoint, or initialised at random.
 * @throws Mu2NetError CHECKPOINT_MISSING or CHECKPOINT_INVALID
 */
export async function foundRoot(
  experiment: Experiment,
  pool: Pool,
  store: string,
  onEvent: (event: RunEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<FoundedRoot> {
  const { architecture, checkpoint, method, seed } = experiment;
  // Adapters that every path has from the start are each path's own, not the root's.
  const defaults = { ...method.defaults, adapter_layers: [] };
  const request = {
    store,
    architecture: architectureRequest(architecture, defaults),
  };
  if (checkpoint === null) {
    const names = [...componentNames(defaults)];
    const initialise = { kind: 'initialise', ...request, components: names, seed } as const;
    const { components } = await pool.execute(initialise);
    return { root: rootOf(experiment, components), checkpoint };
  }
  const { depth } = architecture;
  const { source } = checkpoint;
  // A path that grows deeper goes on with the blocks of the checkpoint.
  const layers = Math.max(defaults.num_layers, ...(method.ranges.num_layers ?? []));
  const names = [...componentNames({ ...defaults, num_layers: layers })];
  const { components, sha256, notices } = await pool.execute(
    { kind: 'import', ...request, components: names, ...checkpoint, depth },
    {
      onProgress: ({ step, steps }) =>
        onEvent({ type: 'reading', source, mebibytes: step, of: steps }),
      ...(signal && { signal }),
    },
  );
  onEvent({ type: 'root', source, sha256, notices });
  return { root: rootOf(experiment, components), checkpoint: { source, sha256 } };
}

function rootOf(
  { method }: Experiment,
  components: ResultOf<'initialise'>['components'],
): FoundedRoot['root'] {
  const named = components.map((component) => ({
    ...component,
    name: component.name as ComponentName,
    id: `0/${component.name}`,
  }));
  const path: Path = {
    id: 0,
    task: null,
    parent: null,
    hyperparameters: method.defaults,
    components: named.map(({ id }) => id),
    quality: null,
  };
  return { path, components: named };
}
