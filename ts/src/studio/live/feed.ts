import { randomBytes } from 'node:crypto';

/** An event of a stream. */
export interface FeedEvent {
  /** Names it in `Last-Event-ID`. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

/** Most events that a feed keeps for sources that come back. */
const KEPT = 4000;

/** A numbered sequence of events, the last of which are kept. */
export class Feed {
  /** Tells the events of this feed from those of another one, such as of an earlier server. */
  readonly #epoch = randomBytes(6).toString('base64url');
  readonly #kept: FeedEvent[] = [];
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  #count = 0;

  /** Id of the last event. */
  get lastId(): string {
    return this.#idOf(this.#count);
  }

  publish(type: string, data: unknown): void {
    this.#count++;
    const event = { id: this.lastId, type, data };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns the events after the one with an id; null if they are not all here. */
  after(id: string | null): readonly FeedEvent[] | null {
    const first = this.#count - this.#kept.length;
    for (let at = first; at <= this.#count; at++) {
      if (this.#idOf(at) === id) return this.#kept.slice(at - first);
    }
    return null;
  }

  /** Calls a listener with each event from now on, until the returned function is called. */
  listen(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #idOf(count: number): string {
    return `${this.#epoch}.${count}`;
  }
}
