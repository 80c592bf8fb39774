import { RequestError, readDocument } from './read.js';

/** A document that a view shows: it is being read, it is here, or it could not be read. */
export class Reading<Document> {
  /** The latest document; it stays while it is read again. */
  document = $state.raw<Document | null>(null);
  error = $state.raw<RequestError | null>(null);
  isLoading = $state(true);
  #abort: AbortController | null = null;

  /** Reads the document, or adds to it with `join`, which says what it becomes. */
  async read(
    path: string,
    join: (known: Document | null, read: Document) => Document = (_, read) => read,
  ): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    this.isLoading = true;
    try {
      const read = await readDocument<Document>(path, signal);
      if (signal.aborted) return;
      this.document = join(this.document, read);
      this.error = null;
    } catch (error) {
      if (signal.aborted) return;
      this.error =
        error instanceof RequestError ? error : new RequestError('PAGE', String(error), 0);
    }
    this.isLoading = false;
  }

  /** Forgets the document, because another one is wanted. */
  clear(): void {
    this.#abort?.abort();
    this.document = null;
    this.error = null;
    this.isLoading = true;
  }
}

/**
 * Reads a document while a component lives: at once, when its path is another one, and when
 * `version` changes.
 *
 * @param pathOf null while there is nothing to read.
 */
export function reading<Document>(
  pathOf: () => string | null,
  version: () => unknown = () => 0,
): Reading<Document> {
  const result = new Reading<Document>();
  let known: string | null = null;
  $effect(() => {
    version();
    const path = pathOf();
    if (path !== known) result.clear();
    known = path;
    if (path !== null) void result.read(path);
  });
  $effect(() => () => result.clear());
  return result;
}
