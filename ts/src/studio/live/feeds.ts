import type { Address } from '../../state/runs.js';
import { formatAddress } from '../../state/runs.js';
import type { Feed, FeedEvent } from './feed.js';
import { FolderFeed } from './folder-feed.js';
import { RunFeed } from './run-feed.js';

/** A source of news, which it publishes in its feed. */
interface Source {
  readonly feed: Feed;
  greeting(lastId: string | null): readonly FeedEvent[];
  look(): void;
  close(): void;
}

/** A reader of a feed. */
export interface Listener {
  readonly onEvent: (event: FeedEvent) => void;
  /** The feed ends, because what it tells of is gone. */
  readonly onEnd: () => void;
}

interface Open<S extends Source> {
  readonly source: S;
  readonly listeners: Set<Listener>;
  timer: NodeJS.Timeout | null;
  /** When it was last heard, in milliseconds. */
  heardAt: number;
}

const RUN_MILLIS = 500;
/** A look that took so long is followed by so many times as long without one. */
const REST = 9;
const FOLDER_MILLIS = 1500;
/** How long a feed is kept for pages that come back. */
const KEPT_MILLIS = 60_000;

/** The feeds that pages listen to. Each looks for news only while somebody listens. */
export class Feeds {
  readonly folder: FolderFeed;
  readonly #runs = new Map<string, Open<RunFeed>>();
  readonly #folder: Open<FolderFeed>;

  constructor(folder: string, version: string) {
    this.folder = new FolderFeed(folder, version);
    this.#folder = { source: this.folder, listeners: new Set(), timer: null, heardAt: 0 };
  }

  /** Returns the feed of a branch; without listeners, what it knows is as old as its last look. */
  run(address: Address): RunFeed {
    return this.#openRun(address).source;
  }

  /** Listens to the runs of the folder, until the returned function is called. */
  listenToFolder(lastId: string | null, listener: Listener): () => void {
    return this.#listen(this.#folder, FOLDER_MILLIS, lastId, listener);
  }

  /** Listens to a branch, until the returned function is called. */
  listenToRun(address: Address, lastId: string | null, listener: Listener): () => void {
    return this.#listen(this.#openRun(address), RUN_MILLIS, lastId, listener);
  }

  /** Ends all feeds. */
  close(): void {
    for (const open of [this.#folder, ...this.#runs.values()]) this.#end(open);
    this.#runs.clear();
  }

  #openRun(address: Address): Open<RunFeed> {
    this.#forgetUnheard();
    const key = formatAddress(address);
    const known = this.#runs.get(key);
    if (known) {
      known.heardAt = Date.now();
      if (known.timer === null) known.source.look();
      return known;
    }
    const source = new RunFeed(address);
    const open: Open<RunFeed> = {
      source,
      listeners: new Set(),
      timer: null,
      heardAt: Date.now(),
    };
    this.#runs.set(key, open);
    return open;
  }

  #listen(
    open: Open<Source>,
    millis: number,
    lastId: string | null,
    listener: Listener,
  ): () => void {
    for (const event of open.source.greeting(lastId)) listener.onEvent(event);
    open.listeners.add(listener);
    const stop = open.source.feed.listen(listener.onEvent);
    if (open.timer === null) this.#lookAgain(open, millis, millis);
    return () => {
      stop();
      open.listeners.delete(listener);
      open.heardAt = Date.now();
      if (open.listeners.size === 0) this.#rest(open);
    };
  }

  /** Looks after a while, and again and again; the longer a look takes, the fewer there are. */
  #lookAgain(open: Open<Source>, millis: number, wait: number): void {
    open.timer = setTimeout(() => {
      const began = performance.now();
      if (!this.#look(open)) return;
      this.#lookAgain(open, millis, Math.max(millis, REST * (performance.now() - began)));
    }, wait);
  }

  /** Says whether there may be more to see. */
  #look(open: Open<Source>): boolean {
    try {
      open.source.look();
      return true;
    } catch {
      // A page that asks again learns why.
      for (const [key, each] of this.#runs) if (each === open) this.#runs.delete(key);
      this.#end(open);
      return false;
    }
  }

  #rest(open: Open<Source>): void {
    if (open.timer) clearTimeout(open.timer);
    open.timer = null;
  }

  #end(open: Open<Source>): void {
    this.#rest(open);
    for (const { onEnd } of [...open.listeners]) onEnd();
    open.listeners.clear();
    open.source.close();
  }

  #forgetUnheard(): void {
    for (const [key, open] of this.#runs) {
      if (open.listeners.size > 0 || Date.now() - open.heardAt < KEPT_MILLIS) continue;
      this.#runs.delete(key);
      this.#end(open);
    }
  }
}
