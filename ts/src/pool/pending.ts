import type { Result } from '../../../protocol/index.js';
import type { ExecuteOptions } from './pool.js';

interface Pending {
  readonly options: ExecuteOptions;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: () => void;
}

/** Requests that are not settled, and their callers, by a key. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>();

  /** Adds a request; `onAbort` is called when its caller aborts it. */
  add(key: string, options: ExecuteOptions, onAbort: () => void): Promise<Result> {
    const { signal } = options;
    const stopListening = () => signal?.removeEventListener('abort', onAbort);
    signal?.addEventListener('abort', onAbort, { once: true });
    return new Promise((resolve, reject) => {
      this.#pending.set(key, { options, resolve, reject, stopListening });
    });
  }

  /** Calls back a caller; returns what it throws, if it does. */
  notify(
    key: string,
    call: (options: ExecuteOptions) => void,
  ): { readonly thrown: unknown } | undefined {
    const pending = this.#pending.get(key);
    try {
      if (pending) call(pending.options);
      return undefined;
    } catch (thrown) {
      return { thrown };
    }
  }

  resolve(key: string, result: Result): void {
    this.#take(key)?.resolve(result);
  }

  reject(key: string, error: unknown): void {
    this.#take(key)?.reject(error);
  }

  keys(): readonly string[] {
    return [...this.#pending.keys()];
  }

  #take(key: string): Pending | undefined {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.stopListening();
    return pending;
  }
}
