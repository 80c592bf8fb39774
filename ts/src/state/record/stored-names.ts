import type { ComponentName, Digest } from '../../domain/component.js';
import type { PathId } from '../../domain/path.js';
import type {
  Beginning,
  ChildComponentRecord,
  ChildRecord,
  MeasurementRecord,
  TrainedComponentRecord,
} from './records.js';

/**
 * The names that the record uses on disk. They never change, so that records of all versions read
 * alike; in memory the same values have the names of the domain.
 */

/** A trained component on disk. */
export interface StoredComponent {
  readonly name: ComponentName;
  readonly parameters: number;
  readonly params: Digest;
  readonly trace: Digest | null;
}

/** The JSON of a measurement. Records of earlier versions kept no components of a diverged child. */
export type StoredMeasurement =
  | (Omit<Extract<MeasurementRecord, { kind: 'trained' }>, 'pathId' | 'components'> & Stored)
  | (Omit<Extract<MeasurementRecord, { kind: 'diverged' }>, 'pathId' | 'components'> & Stored);

interface Stored {
  readonly path: PathId;
  /** Who trained the child, which the measurement does not depend on; records of earlier versions lack it. */
  readonly worker?: string | null;
  readonly components?: readonly StoredComponent[] | null;
}

/** The fields of a child that its JSON has. */
export type SampledFields = Pick<ChildRecord, 'hyperparameters' | 'qualityBar' | 'components'>;

/** The JSON of a child as it was sampled. */
export interface StoredChild extends Omit<SampledFields, 'components'> {
  readonly components: readonly (Omit<ChildComponentRecord, 'parameterCount'> & {
    readonly parameters: number;
  })[];
}

/** The JSON of how an experiment began. */
export type StoredBeginning =
  | Exclude<Beginning, { kind: 'created' }>
  | { readonly kind: 'founded' };

/** Returns the JSON that a measurement is stored as. */
export function storedMeasurement(
  { pathId, components, ...rest }: MeasurementRecord,
  worker: string | null,
): StoredMeasurement {
  const stored = components?.map(storedTrained) ?? null;
  return { ...rest, path: pathId, components: stored, worker };
}

/** Returns the measurement that is stored. */
export function measurementOf({
  path,
  components,
  worker: _,
  ...rest
}: StoredMeasurement): MeasurementRecord {
  return { ...rest, pathId: path, components: components ? components.map(trainedOf) : null };
}

/** Returns the JSON that a sampled child is stored as. */
export function storedChild({
  hyperparameters,
  qualityBar,
  components,
}: SampledFields): StoredChild {
  const stored = components.map(({ id, name, parameterCount, origin, from }) => ({
    ...{ id, name, parameters: parameterCount },
    ...{ origin, from },
  }));
  return { hyperparameters, qualityBar, components: stored };
}

/** Returns the sampled child that is stored. */
export function sampledFieldsOf({
  hyperparameters,
  qualityBar,
  components,
}: StoredChild): SampledFields {
  const sampled = components.map(({ id, name, parameters, origin, from }) => ({
    ...{ id, name, parameterCount: parameters },
    ...{ origin, from },
  }));
  return { hyperparameters, qualityBar, components: sampled };
}

/** Returns the JSON that the beginning of an experiment is stored as. */
export function storedBeginning(beginning: Beginning): StoredBeginning {
  return beginning.kind === 'created' ? { kind: 'founded' } : beginning;
}

/** Returns the beginning that is stored. */
export function beginningOf(stored: StoredBeginning): Beginning {
  return stored.kind === 'founded' ? { kind: 'created' } : stored;
}

function storedTrained(component: TrainedComponentRecord): StoredComponent {
  const { name, parameterCount, paramsDigest, traceDigest } = component;
  return { name, parameters: parameterCount, params: paramsDigest, trace: traceDigest };
}

function trainedOf({ name, parameters, params, trace }: StoredComponent): TrainedComponentRecord {
  return { name, parameterCount: parameters, paramsDigest: params, traceDigest: trace };
}
