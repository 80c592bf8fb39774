/** Bounds of a queue and of its batches. */
export interface BatchLimits {
  /** Entries that wait at most. */
  readonly capacity: number;
  /** Entries of a batch at most. */
  readonly maxBatch: number;
  /** Bytes of a batch at most; an entry of more is a batch of its own. */
  readonly maxBatchBytes: number;
  /** How long an entry waits for others before a batch may be smaller than it could be. */
  readonly waitMillis: number;
}

/** Something that waits to be computed together with others. */
export interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

interface Waiting<T> extends Entry<T> {
  readonly since: number;
}

/** Entries of one key, in the order of their arrival. */
export interface Batch<T> {
  readonly key: string;
  readonly values: readonly T[];
}

/**
 * The entries that wait, in lines of those that can be computed together. It knows no clock: each
 * call says what time it is, in milliseconds.
 */
export class BatchQueue<T> {
  readonly #limits: BatchLimits;
  readonly #lines = new Map<string, Waiting<T>[]>();
  #size = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds entries to the line of a key: all of them, or none if there is no room for all. */
  offer(key: string, entries: readonly Entry<T>[], now: number): boolean {
    if (this.#size + entries.length > this.#limits.capacity) return false;
    const line = this.#lines.get(key) ?? [];
    line.push(...entries.map((entry) => ({ ...entry, since: now })));
    if (line.length > 0) this.#lines.set(key, line);
    this.#size += entries.length;
    return true;
  }

  /** Removes the entries that nobody waits for any more. */
  withdraw(isUnwanted: (value: T) => boolean): void {
    for (const [key, line] of this.#lines) {
      this.#keep(
        key,
        line.filter(({ value }) => !isUnwanted(value)),
      );
    }
  }

  /** Removes the batch that is due and has waited for longest; null if none is due. */
  take(now: number): Batch<T> | null {
    let next: readonly [string, Waiting<T>[]] | null = null;
    for (const [key, line] of this.#lines) {
      const isNext = sinceOf(line) < (next === null ? Number.POSITIVE_INFINITY : sinceOf(next[1]));
      if (isNext && this.#dueAt(line) <= now) next = [key, line];
    }
    if (next === null) return null;
    const [key, line] = next;
    const count = this.#countOfBatch(line);
    this.#keep(key, line.slice(count));
    return { key, values: line.slice(0, count).map(({ value }) => value) };
  }

  /** When the next batch is due; null if nothing waits. */
  dueAt(): number | null {
    return this.#size === 0
      ? null
      : Math.min(...[...this.#lines.values()].map((line) => this.#dueAt(line)));
  }

  /** A line is due when it fills a batch, or when its first entry has waited for long enough. */
  #dueAt(line: readonly Waiting<T>[]): number {
    const count = this.#countOfBatch(line);
    const isFull = count < line.length || count === this.#limits.maxBatch;
    return sinceOf(line) + (isFull ? 0 : this.#limits.waitMillis);
  }

  #countOfBatch(line: readonly Waiting<T>[]): number {
    let bytes = 0;
    let count = 0;
    for (const entry of line.slice(0, this.#limits.maxBatch)) {
      bytes += entry.bytes;
      if (count > 0 && bytes > this.#limits.maxBatchBytes) break;
      count++;
    }
    return count;
  }

  #keep(key: string, rest: Waiting<T>[]): void {
    this.#size += rest.length - (this.#lines.get(key)?.length ?? 0);
    if (rest.length > 0) this.#lines.set(key, rest);
    else this.#lines.delete(key);
  }
}

const sinceOf = (line: readonly Waiting<unknown>[]): number =>
  line[0]?.since ?? Number.POSITIVE_INFINITY;
