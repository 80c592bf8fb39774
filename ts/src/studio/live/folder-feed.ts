import { join } from 'node:path';
import { type RunSummary, summarizeRun, summarizeStart } from '../../api/survey-runs.js';
import { readHolder } from '../../state/lock/holder.js';
import { runNames, startingNames } from '../../state/runs.js';
import type { Overview } from '../documents/overview.js';
import { runStampOf } from '../read/stamp.js';
import { Feed, type FeedEvent } from './feed.js';

interface Known {
  readonly stamp: string;
  readonly summaries: readonly RunSummary[];
}

/** The runs of a folder. Only those that changed are read again. */
export class FolderFeed {
  readonly feed = new Feed();
  readonly #folder: string;
  readonly #version: string;
  #known: ReadonlyMap<string, Known> = new Map();
  #shown = '';

  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  /** Returns the runs as they are now. */
  overview(): Overview {
    const starts = startingNames(this.#folder);
    const names = runNames(this.#folder);
    this.#known = new Map(names.map((name) => [name, this.#read(name)]));
    const runs = [
      ...starts.map((name) => summarizeStart(join(this.#folder, name))),
      ...[...this.#known.values()].flatMap(({ summaries }) => summaries),
    ];
    return { version: this.#version, folder: this.#folder, runs };
  }

  /** Returns what a source has to get first, which may have been here before. */
  greeting(lastId: string | null): readonly FeedEvent[] {
    this.look();
    const missed = this.feed.after(lastId);
    if (missed) return missed.slice(-1);
    return [{ id: this.feed.lastId, type: 'overview', data: JSON.parse(this.#shown) }];
  }

  /** Looks what is new, and publishes it. */
  look(): void {
    const overview = this.overview();
    const shown = JSON.stringify(overview);
    if (shown !== this.#shown) this.feed.publish('overview', overview);
    this.#shown = shown;
  }

  close(): void {}

  #read(name: string): Known {
    const directory = join(this.#folder, name);
    const known = this.#known.get(name);
    // A killed process leaves its files as they were; only its lock is gone.
    const isHeld = readHolder(directory) !== null;
    const stamp = `${isHeld} ${runStampOf(directory)}`;
    if (known?.stamp === stamp) return known;
    return { stamp, summaries: summarizeRun(directory) };
  }
}
