import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import { Mu2NetError } from '../domain/errors.js';
import type { ConfigPath } from './issue.js';

/** A configuration file as it was parsed. */
export interface Layer {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Key under which a configuration names the one that it builds on, relative to its own folder. */
export const EXTENDS = 'extends';

/**
 * A configuration file and those that it builds on, nearest first.
 *
 * @throws Mu2NetError CONFIG_INVALID where a file is not there or no YAML, or builds on itself
 */
export function layersOf(file: string): readonly [Layer, ...Layer[]] {
  const nearest = readLayer(file, '');
  const layers: [Layer, ...Layer[]] = [nearest];
  for (let layer = nearest; ; ) {
    const base = layer.document.get(EXTENDS) as unknown;
    if (base === undefined) return layers;
    const place = placeIn(layer, [EXTENDS]);
    if (typeof base !== 'string' || base === '') {
      throw invalid(`${place}${EXTENDS} must be the path of a configuration, from this folder`);
    }
    const next = join(dirname(layer.file), base);
    if (layers.some((each) => resolve(each.file) === resolve(next))) {
      const circle = [...layers.map((each) => each.file), next].join(' → ');
      throw invalid(`${place}a configuration cannot build on itself: ${circle}`);
    }
    layer = readLayer(next, place);
    layers.push(layer);
  }
}

function readLayer(file: string, place: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(read(file, place), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (!error) return { file, document, lines };
  throw invalid(`${placeAt(file, lines, error.pos[0])}not valid YAML: ${error.message}`);
}

function read(file: string, place: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    const advice = place ? `correct ${EXTENDS}` : 'name a configuration';
    throw invalid(`${place}${file}: ${why}; ${advice}, for example configs/quickstart.yaml`, cause);
  }
}

function invalid(message: string, cause?: unknown): Mu2NetError {
  return new Mu2NetError('CONFIG_INVALID', message, { cause });
}

/**
 * What the contents of layers, nearest first, come to: mappings are merged key by key, of anything
 * else the nearest stands.
 */
export function mergedContents(contents: readonly unknown[]): unknown {
  const merged = contents.reduceRight((base, nearer) => merge(base, nearer));
  if (!isMapping(merged)) return merged;
  const { [EXTENDS]: _, ...configuration } = merged;
  return configuration;
}

function merge(base: unknown, nearer: unknown): unknown {
  if (!isMapping(base) || !isMapping(nearer)) return nearer;
  const merged = Object.entries(nearer).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? merge(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(merged) };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The layer that a value comes from: the nearest of those in which most of its path stands. */
export function layerOf(layers: readonly [Layer, ...Layer[]], path: ConfigPath): Layer {
  return layers.reduce((best, layer) =>
    offsetsOf(layer, path).length > offsetsOf(best, path).length ? layer : best,
  );
}

/** Prefix of a message that says where a path stands in a layer, as far as it does: `x.yaml:12:3: `. */
export function placeIn(layer: Layer, path: ConfigPath): string {
  const { file, document, lines } = layer;
  const top = isNode(document.contents) ? document.contents.range?.[0] : undefined;
  const offset = offsetsOf(layer, path).at(-1) ?? top;
  return offset === undefined ? `${file}: ` : placeAt(file, lines, offset);
}

function placeAt(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}: `;
}

/** Offset of each node on a path, from the top as far as they stand there: of keys, where they have one. */
function offsetsOf({ document }: Layer, path: ConfigPath): readonly number[] {
  const offsets: number[] = [];
  let node: unknown = document.contents;
  for (const key of path) {
    let start: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key));
      [start, node] = [pair?.key, pair?.value];
    } else {
      start = node = isSeq(node) ? node.items[Number(key)] : undefined;
    }
    if (!isNode(start)) return offsets;
    offsets.push(start.range?.[0] ?? offsets.at(-1) ?? 0);
  }
  return offsets;
}
