import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { Refusals } from '../errors/refusals.js';
import { createRefuse, type Refuse } from '../errors/refuse.js';
import { schemaRefusals } from '../errors/schema-issue.js';
import { EXTENDS, readLayers } from '../yaml/layers.js';
import { mergeLayers, withoutKey } from '../yaml/merge.js';
import { toPlainValues } from '../yaml/override.js';
import { layerOf, positionOf } from '../yaml/position.js';
import { type PoolConfig, type PoolInput, poolSchema } from './pool-config.js';

/**
 * Reads the file that describes a pool, and checks it; all errors are told at once. The
 * folder of the pool is relative to that of the file that has it.
 *
 * @throws Mu2NetError CONFIG_INVALID, with file, line and column
 */
export function loadPool(file: string): PoolConfig {
  if (!existsSync(file)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${file}: there is no such file; write one as docs/launchers.md shows, or name another`,
      { file },
    );
  }
  const layers = readLayers(file);
  const refuse = createRefuse((path) => positionOf(layerOf(layers, path), path));
  const contents = layers.map(({ document }) => toPlainValues(document, refuse));
  const input = withoutKey(mergeLayers(contents), EXTENDS);
  const { file: where } = layerOf(layers, ['broker', 'folder']);
  return parsePool(input, dirname(where), refuse);
}

/**
 * Returns the pool that a program describes; it is checked as a file is.
 *
 * @param folder the folder of the pool is relative to it.
 * @throws Mu2NetError CONFIG_INVALID
 */
export function definePool(input: PoolInput, folder: string): PoolConfig {
  return parsePool(
    input,
    folder,
    createRefuse(() => ({ prefix: '' })),
  );
}

function parsePool(input: unknown, base: string, refuse: Refuse): PoolConfig {
  const result = poolSchema.safeParse(input, { reportInput: true });
  if (result.success) {
    const { broker } = result.data;
    return { ...result.data, broker: { ...broker, folder: resolve(base, broker.folder) } };
  }
  const refusals = new Refusals();
  for (const { path, message } of schemaRefusals(result.error.issues)) {
    refusals.attempt([], () => refuse(path, message));
  }
  refusals.throwIfAny();
  throw result.error;
}
