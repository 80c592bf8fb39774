import type { RequestOf } from '../../../protocol/index.js';
import type { Path } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import { architectureRequest } from './architecture.js';

/** A path, and the system with its components. */
export interface Model {
  readonly path: Path;
  readonly system: System;
}

type ModelRequest = RequestOf<'predict'>['models'][number];

/** Builds the part of a request that describes a model: architecture and component digests. */
export function modelRequest({ path, system }: Model): ModelRequest {
  return {
    architecture: architectureRequest(system.architecture, path.hyperparameters),
    components: componentsOf(path, system).map(({ name, paramsDigest }) => ({
      name,
      paramsDigest,
    })),
  };
}

/** Builds the request that classifies image files with several models; `top` classes for each. */
export function predictRequest(
  images: readonly string[],
  models: readonly Model[],
  top: number,
  store: string,
): RequestOf<'predict'> {
  return { kind: 'predict', store, images: [...images], models: models.map(modelRequest), top };
}

/** How the images of a request are classified. */
export interface ClassifyChoices {
  /** Classes to name for each image and model. */
  readonly top: number;
  /** Pixels that an image may have. */
  readonly largestPixels: number;
  readonly store: string;
}

/** Builds the request that classifies images, given by their contents, with several models. */
export function classifyRequest(
  contents: readonly Uint8Array[],
  models: readonly Model[],
  choices: ClassifyChoices,
): RequestOf<'classify'> {
  return {
    kind: 'classify',
    contents: [...contents] as RequestOf<'classify'>['contents'],
    models: models.map(modelRequest),
    ...choices,
  };
}

/** Format and location of an exported model. */
export interface ExportTarget {
  readonly format: RequestOf<'export'>['format'];
  readonly folder: string;
  /** Names of the classes in order; empty when they are unknown. */
  readonly labels: readonly string[];
}

/** Builds the request that exports a path as a separate model. */
export function exportRequest(
  model: Model,
  { format, folder, labels }: ExportTarget,
  store: string,
): RequestOf<'export'> {
  return { kind: 'export', store, ...modelRequest(model), format, folder, labels: [...labels] };
}
