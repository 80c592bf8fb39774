import { recordStampOf } from '../read/stamp.js';
import { findDocument } from '../read-document.js';
import { addressOf, type Sources, SvgDocument } from '../routes.js';
import { type Content, contentOf } from './answer.js';

interface Kept {
  readonly stamp: string;
  readonly content: Content;
}

/** Bytes of compressed documents that are kept. */
const MOST_BYTES = 32 << 20;

/** Documents that are ready to be sent. Those of a record that did not change are kept. */
export class DocumentCache {
  readonly #sources: Sources;
  /** By address, the longest unused one first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /**
   * Returns a document by its address without `/api/`.
   * @throws RequestError, and the errors of reading a run.
   */
  async read(address: string): Promise<Content> {
    const { route, asked } = findDocument(address, this.#sources);
    if (!route.isOfRecord) return prepare(await route.read(asked));
    // The stamp is taken first, so that a later change is not missed.
    const stamp = recordStampOf(addressOf(asked).directory);
    const known = this.#take(address);
    const isCurrent = known?.stamp === stamp;
    const content = isCurrent ? known.content : await prepare(await route.read(asked));
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

function prepare(document: unknown): Promise<Content> {
  return document instanceof SvgDocument
    ? contentOf('image/svg+xml', document.text)
    : contentOf('application/json', JSON.stringify(document));
}
