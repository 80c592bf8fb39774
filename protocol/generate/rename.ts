import type { Definitions, Schema } from './schema.js';
import { namedParts } from './walk.js';

/** A field of a named schema, and its new name. */
export interface Rename {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** Reads `Child.path=pathId`; undefined if the text has another form. */
export function parseRename(text: string): Rename | undefined {
  const [, id, from, to] = /^(\w+)\.(\w+)=(\w+)$/.exec(text) ?? [];
  return id && from && to ? { id, from, to } : undefined;
}

/** Creates a function that renames fields in messages; `definitions` have the old names. */
export function createRenamer(definitions: Definitions, renames: readonly Rename[]) {
  return (schema: Schema, message: unknown): unknown => {
    const ids = new Map<unknown, string>();
    for (const { id, value } of namedParts(schema, message, definitions)) ids.set(value, id);
    const rewrite = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(rewrite);
      if (value === null || typeof value !== 'object') return value;
      const own = renames.filter(({ id }) => id === ids.get(value));
      const nameOf = (key: string) => own.find(({ from }) => from === key)?.to ?? key;
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [nameOf(key), rewrite(each)]),
      );
    };
    return rewrite(message);
  };
}
