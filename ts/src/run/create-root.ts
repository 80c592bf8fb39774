import type { ResultOf } from '../../../protocol/index.js';
import type { ComponentName } from '../domain/component.js';
import type { Experiment, RootCheckpoint } from '../domain/experiment.js';
import type { Path } from '../domain/path.js';
import type { Pool } from '../pool/pool.js';
import { importRequest, initialiseRequest } from '../requests/root.js';
import type { NewRun } from '../state/record/new-run.js';
import type { EmitEvent } from './events/events.js';

/** A root model whose components are stored, and its checkpoint. */
export interface CreatedRoot {
  readonly root: NonNullable<NewRun['root']>;
  /** The checkpoint, with the file's hash; null for a randomly initialised root. */
  readonly checkpoint: RootCheckpoint | null;
}

/** Means to create a root model. */
interface CreateRootOptions {
  readonly pool: Pool;
  readonly emit?: EmitEvent | undefined;
}

/**
 * Creates and stores the root model of an experiment: reads its checkpoint, or initialises it at
 * random.
 * @throws Mu2NetError CHECKPOINT_MISSING or CHECKPOINT_INVALID
 */
export async function createRoot(
  experiment: Experiment,
  store: string,
  { pool, emit = () => {} }: CreateRootOptions,
): Promise<CreatedRoot> {
  const { checkpoint } = experiment;
  emit({ type: 'phase', phase: 'creating root', task: null });
  if (checkpoint === null) {
    const { components } = await pool.execute(initialiseRequest(experiment, store));
    return { root: rootOf(experiment, components), checkpoint };
  }
  const { source } = checkpoint;
  const { components, sha256, notices } = await pool.execute(
    importRequest(experiment, checkpoint, store),
    {
      onProgress: ({ step, steps }) =>
        emit({ type: 'reading', source, mebibytes: step, of: steps }),
    },
  );
  emit({ type: 'root', source, sha256, notices });
  return { root: rootOf(experiment, components), checkpoint: { source, sha256 } };
}

function rootOf(
  { method }: Experiment,
  components: ResultOf<'initialise'>['components'],
): CreatedRoot['root'] {
  const named = components.map((component) => ({
    ...component,
    name: component.name as ComponentName,
    id: `0/${component.name}`,
  }));
  const path: Path = {
    id: 0,
    task: null,
    parentId: null,
    hyperparameters: method.defaults,
    components: named.map(({ id }) => id),
    quality: null,
  };
  return { path, components: named };
}
