import type { PathId } from '../domain/path.js';
import type { RunEvent } from '../run/events/events.js';
import type { Status } from '../views/status.js';
import type { Overview } from './documents/overview.js';

/**
 * The server-sent events of `/api/events`, by type: the folder of runs. Each has an `id`; a source
 * that comes back with `Last-Event-ID` gets nothing if nothing changed.
 */
export interface FolderEvents {
  /** At once, and whenever a run begins, changes its state, advances or goes. */
  readonly overview: Overview;
}

/**
 * The server-sent events of `/api/runs/<run>/events`, by type: one branch, no matter which process
 * grows it. Each has an `id`; a source that comes back with `Last-Event-ID` gets what it missed.
 */
export interface RunStreamEvents {
  /** First in every connection. */
  readonly hello: {
    /**
     * Whether the events continue those of the last connection. If not, what the page has may be
     * old: read the documents again. The events of the session in progress follow.
     */
    readonly resumed: boolean;
  };
  /** An event of the process that grows the branch, such as the progress of a child. */
  readonly event: RunEvent;
  /** The state of the branch changed; sent at once in a new stream. */
  readonly status: Status;
  /** The record changed: documents of the branch differ from now on. */
  readonly record: {
    /** See `ChildColumns.history`. */
    readonly history: string;
    /** The path after the last recorded one: the end of `since`. */
    readonly nextPathId: PathId;
  };
}
