/** A changed value and its dotted key. */
export interface Change {
  readonly key: string;
  /** The earlier value; null if there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Compares two plain values leaf by leaf; lists are leaves. */
export function changes(before: unknown, after: unknown): readonly Change[] {
  const [from, to] = [leaves(before), leaves(after)];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) => {
    const [a, b] = [from.get(key) ?? null, to.get(key) ?? null];
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ key, before: a, after: b }];
  });
}

function leaves(value: unknown, key = ''): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[key, value]]);
  }
  return new Map(
    Object.entries(value).flatMap(([name, part]) => [
      ...leaves(part, key === '' ? name : `${key}.${name}`),
    ]),
  );
}
