import type { Document } from 'yaml';
import type { ConfigPath, Refuse } from '../errors/refuse.js';
import { EXTENDS } from './layers.js';

/** Values that replace those of a configuration, by dotted key: `{ 'training.batchSize': 64 }`. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Sets the values of a document that are overridden. */
export function setOverrides(document: Document, overrides: Overrides, refuse: Refuse): void {
  for (const [key, value] of Object.entries(overrides)) {
    if (key === EXTENDS) {
      refuse([], `cannot set ${EXTENDS}: name the configuration itself, and set what differs`);
    }
    try {
      document.setIn(key.split('.'), document.createNode(value));
    } catch (cause) {
      refuse([], `cannot set ${key}: the value above it has no keys`, { cause });
    }
  }
}

/** The override that a path belongs to; undefined when it is not overridden. */
export function overrideOf(overrides: Overrides, path: ConfigPath): string | undefined {
  return Object.keys(overrides).find((key) => path.join('.').startsWith(key));
}

/** Converts a document to plain values. */
export function toPlainValues(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    return refuse([], `not valid YAML: ${(cause as Error).message}`, { cause });
  }
}
