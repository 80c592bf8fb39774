import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { Mu2NetError } from '../../domain/errors.js';
import { Refusals } from '../errors/refusals.js';
import type { Position } from '../errors/refuse.js';
import { type Layer, positionAt, positionOf } from './position.js';

/**
 * Key under which a configuration names the one that it extends: an absolute path, or one relative
 * to its own folder.
 */
export const EXTENDS = 'extends';

/**
 * Reads a configuration file and those that it extends, nearest first.
 *
 * @throws Mu2NetError CONFIG_INVALID when a file is missing, is not YAML, or extends itself
 */
export function readLayers(file: string): readonly [Layer, ...Layer[]] {
  const nearest = readLayer(file);
  const layers: [Layer, ...Layer[]] = [nearest];
  for (let layer = nearest; ; ) {
    const base = layer.document.get(EXTENDS) as unknown;
    if (base === undefined) return layers;
    const position = positionOf(layer, [EXTENDS]);
    if (typeof base !== 'string' || base === '') {
      throw invalid(position, `${EXTENDS} must be the path of a configuration, from this folder`);
    }
    const next = isAbsolute(base) ? base : join(dirname(layer.file), base);
    if (layers.some((each) => resolve(each.file) === resolve(next))) {
      const circle = [...layers.map((each) => each.file), next].join(' → ');
      throw invalid(position, `a configuration cannot extend itself: ${circle}`);
    }
    layer = readLayer(next, position);
    layers.push(layer);
  }
}

/** Reads one file; `extendedAt` is where another configuration names it. */
function readLayer(file: string, extendedAt?: Position): Layer {
  const lines = new LineCounter();
  const document = parseDocument(readText(file, extendedAt), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const refusals = new Refusals();
  for (const { pos, message } of document.errors) {
    refusals.attempt([], () => {
      throw invalid(positionAt({ file, lines }, pos[0]), `not valid YAML: ${message}`);
    });
  }
  refusals.throwIfAny();
  return { file, document, lines };
}

function readText(file: string, extendedAt?: Position): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    const advice = extendedAt ? `correct ${EXTENDS}` : 'name a configuration';
    throw invalid(
      extendedAt ?? { prefix: '', file },
      `${file}: ${reason}; ${advice}, for example configs/quickstart.yaml`,
      cause,
    );
  }
}

function invalid({ prefix, ...position }: Position, message: string, cause?: unknown): Mu2NetError {
  return new Mu2NetError('CONFIG_INVALID', `${prefix}${message}`, { ...position, cause });
}
