import { recordStampOf } from '../read/stamp.js';
import { findDocument } from '../read-document.js';
import { addressOf, type Sources } from '../routes.js';
import type { Content } from './answer.js';
import { prepareContent } from './prepare.js';
import type { ReadingThreads } from './threads.js';

interface Kept {
  readonly stamp: string;
  readonly content: Content;
}

/** Bytes of compressed documents that are kept. */
const MOST_BYTES = 32 << 20;

/** Documents that are ready to be sent. Those of a record that did not change are kept. */
export class DocumentCache {
  readonly #sources: Sources;
  readonly #threads: ReadingThreads;
  /** By address, the longest unused one first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(sources: Sources, threads: ReadingThreads) {
    this.#sources = sources;
    this.#threads = threads;
  }

  /**
   * Returns a document by its address without `/api/`.
   * @throws RequestError, and the errors of reading a run.
   */
  async read(address: string): Promise<Content> {
    const { route, asked } = findDocument(address, this.#sources);
    if (route.from === 'process') return prepareContent(await route.read(asked));
    if (route.from === 'files') return this.#threads.read(address);
    // The stamp is taken first, so that a later change is not missed.
    const stamp = recordStampOf(addressOf(asked).directory);
    const known = this.#take(address);
    const isCurrent = known?.stamp === stamp;
    const content = isCurrent ? known.content : await this.#threads.read(address);
    this.#keep(address, { stamp, content });
    return content;
  }

  #take(address: string): Kept | undefined {
    const known = this.#kept.get(address);
    if (!known) return undefined;
    this.#kept.delete(address);
    this.#bytes -= known.content.compressed.length;
    return known;
  }

  #keep(address: string, kept: Kept): void {
    this.#take(address);
    this.#kept.set(address, kept);
    this.#bytes += kept.content.compressed.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#take(oldest);
    }
  }
}
