import { setImmediate } from 'node:timers/promises';

/**
 * Writes rows in groups, in the order in which they come: the rows of one turn of the event loop
 * share one write. The faster rows come, the larger the groups, and a single row waits for no timer.
 */
export class GroupedWrites<Row> {
  readonly #write: (rows: readonly Row[]) => void;
  #waiting: Row[] = [];
  #written: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  /** @param write Writes rows completely or not at all; they are durable when it returns. */
  constructor(write: (rows: readonly Row[]) => void) {
    this.#write = write;
  }

  /**
   * Adds a row. The promise is fulfilled when the row, and each row before it, is durable. After a
   * write that failed nothing is written, and every promise is rejected with its error.
   */
  add(row: Row): Promise<void> {
    this.#waiting.push(row);
    this.#written ??= this.#writeSoon();
    return this.#written;
  }

  /** Writes the rows that wait, now. @throws the error of the write, or of an earlier one */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    this.#waiting = [];
    if (this.#failure !== null) throw this.#failure.error;
    try {
      this.#write(rows);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #writeSoon(): Promise<void> {
    await setImmediate();
    this.#written = null;
    this.flush();
    // They may have been flushed meanwhile, in vain.
    if (this.#failure !== null) throw this.#failure.error;
  }
}
