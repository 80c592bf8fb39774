/** What a worker may ask of a store before it has the answers: two transfers, and an upload. */
const LARGEST_WINDOW = 32;

/** Counts what each worker has asked of a store and has no answer to. */
export class OpenAsks {
  readonly #open = new Map<string, number>();

  /** Counts an ask; returns whether its worker keeps to the window. */
  begin(worker: string): boolean {
    const open = (this.#open.get(worker) ?? 0) + 1;
    this.#open.set(worker, open);
    return open <= LARGEST_WINDOW;
  }

  /** Counts an answer; returns whether the worker still waits for it. */
  end(worker: string): boolean {
    const open = this.#open.get(worker);
    if (open === undefined) return false;
    this.#open.set(worker, open - 1);
    return true;
  }

  /** Forgets what a worker asked before it got its current lease, or left. */
  reset(worker: string): void {
    this.#open.delete(worker);
  }
}
