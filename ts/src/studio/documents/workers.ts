import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { RunEventOf } from '../../run/events/events.js';
import type { SessionRow } from '../../views/environment.js';

/** `/api/runs/<run>/workers`: the workers that grow a run now, and those that grew it. */
export interface WorkersDocument {
  readonly run: string;
  /** Whether a process grows the run now; only then `now` says something. */
  readonly isGrowing: boolean;
  /** Children of the generation in progress that are not measured yet. */
  readonly queued: number;
  /** Workers that the session has heard of, as the last event about each says. */
  readonly now: readonly WorkerNow[];
  /** The work of each worker for the branch, most children first. */
  readonly work: readonly WorkerWork[];
  /** Versions, devices and settings of workers, per session, oldest first. */
  readonly sessions: readonly SessionRow[];
}

/** The state of a worker. */
export interface WorkerNow {
  readonly worker: string;
  readonly change: RunEventOf<'worker'>['change'];
  /** One line for people. */
  readonly message: string;
  /** When it was said: ISO 8601 in UTC. */
  readonly time: string;
}

/** Children that a worker trained. */
export interface WorkerWork {
  /** null for children of earlier versions, which do not name it. */
  readonly worker: string | null;
  readonly children: number;
  readonly failed: number;
  readonly trainSeconds: number;
  readonly tasks: readonly TaskName[];
  /** The child that it trained last. */
  readonly lastPathId: PathId;
}
