import type { RequestOf } from '../../../protocol/index.js';
import type { Path } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import { architectureRequest } from './architecture.js';

/** A path, and the system that holds its components. */
export interface Model {
  readonly path: Path;
  readonly system: System;
}

type ModelRequest = RequestOf<'predict'>['models'][number];

/** A model as the sidecar needs it: its architecture, and the digest of each component. */
export function modelRequest({ path, system }: Model): ModelRequest {
  return {
    architecture: architectureRequest(system.architecture, path.hyperparameters),
    components: componentsOf(path, system).map(({ name, params }) => ({ name, params })),
  };
}

/** Builds the request that classifies image files by several models. */
export function predictRequest(
  images: readonly string[],
  models: readonly Model[],
  top: number,
  store: string,
): RequestOf<'predict'> {
  return { kind: 'predict', store, images: [...images], models: models.map(modelRequest), top };
}

/** Where and how a model is written. */
export interface ExportTarget {
  readonly format: RequestOf<'export'>['format'];
  readonly folder: string;
  /** Names of the classes in order; empty where they have none. */
  readonly labels: readonly string[];
}

/** Builds the request that writes a path as a model of its own. */
export function exportRequest(
  model: Model,
  { format, folder, labels }: ExportTarget,
  store: string,
): RequestOf<'export'> {
  return { kind: 'export', store, ...modelRequest(model), format, folder, labels: [...labels] };
}
