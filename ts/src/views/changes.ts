/** A value that is another one: under its key, parts of the key apart by points. */
export interface Change {
  readonly key: string;
  /** null where there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What tells two plain values apart, leaf by leaf; lists are leaves. */
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
