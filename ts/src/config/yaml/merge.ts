/** Merges layers, nearest first: mappings key by key; otherwise the nearest value wins. */
export function mergeLayers(contents: readonly unknown[]): unknown {
  return contents.reduceRight((base, nearer) => merge(base, nearer));
}

function merge(base: unknown, nearer: unknown): unknown {
  if (!isMapping(base) || !isMapping(nearer)) return nearer;
  const merged = Object.entries(nearer).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? merge(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(merged) };
}

/** The same mapping without a key; anything else is returned as it is. */
export function withoutKey(value: unknown, key: string): unknown {
  if (!isMapping(value)) return value;
  const { [key]: _, ...others } = value;
  return others;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
