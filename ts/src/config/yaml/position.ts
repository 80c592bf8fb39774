import { type Document, isMap, isNode, isSeq, type LineCounter } from 'yaml';
import type { ConfigPath, Position } from '../errors/refuse.js';

/** A configuration file as it was parsed. */
export interface Layer {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** The layer that a value comes from: the nearest of those that have most of its path. */
export function layerOf(layers: readonly [Layer, ...Layer[]], path: ConfigPath): Layer {
  return layers.reduce((best, layer) =>
    offsetsOf(layer, path).length > offsetsOf(best, path).length ? layer : best,
  );
}

/** Where a path stands in a layer; where the layer lacks it, the nearest key above it. */
export function positionOf(layer: Layer, path: ConfigPath): Position {
  const { file, document } = layer;
  const top = isNode(document.contents) ? document.contents.range?.[0] : undefined;
  const offset = offsetsOf(layer, path).at(-1) ?? top;
  return offset === undefined ? { prefix: `${file}: `, file } : positionAt(layer, offset);
}

/** The position of a character of a file. */
export function positionAt(
  { file, lines }: Pick<Layer, 'file' | 'lines'>,
  offset: number,
): Position {
  const { line, col: column } = lines.linePos(offset);
  return { prefix: `${file}:${line}:${column}: `, file, line, column };
}

/** Offset of each node on a path, as far as the layer has them; a key's where there is one. */
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
