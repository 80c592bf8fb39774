/** Rounds a fraction to five digits, which a page cannot show more of. */
export function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** Rounds a fraction that may be missing. */
export function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}

/** Numbers names in the order in which they are first met. */
export class NameColumn {
  readonly #numbers = new Map<string, number>();

  constructor(first: Iterable<string> = []) {
    for (const name of first) this.numberOf(name);
  }

  /** Returns the number of a name; -1 for none. */
  numberOf(name: string | null): number {
    if (name === null) return -1;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get names(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}
