/** A worker as its launcher sees it. The broker alone knows whether it has joined. */
export interface LaunchedWorker {
  readonly name: string;
  /** `waiting`: for a place; `running`: its process runs; `ended`: it must be started again. */
  readonly state: 'waiting' | 'running' | 'ended';
  /** Where it is: a host, a node, a job; empty while it has no place. */
  readonly place: string;
  /** Further facts in one line, such as why it ended. */
  readonly detail: string;
}

/** How the log of a worker is read. */
export interface LogOptions {
  /** Goes on until the signal; otherwise only what is there is read. */
  readonly follow: boolean;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the workers of one group of a pool, somewhere. It keeps nothing in memory: it asks the place
 * itself what runs there, so that a later process can go on. Every failure is a Mu2NetError of one
 * line: LAUNCHER_MISSING when a command is not installed, LAUNCH_REFUSED when a key, a permission or a
 * quota refuses, LAUNCH_FAILED otherwise.
 */
export interface Launcher {
  /** Names of all workers that the group wants. */
  readonly wanted: readonly string[];
  /** Returns what `start` would do: commands and manifests for a person to read, without secrets. */
  plan(): readonly string[];
  /** Starts workers, by name. One that runs or waits already stays as it is. */
  start(names: readonly string[]): Promise<void>;
  /** Lists the workers of the group that were started and not stopped. */
  list(): Promise<readonly LaunchedWorker[]>;
  /** Stops workers, by name, or everything of the group; nothing of them is left. */
  stop(names?: readonly string[]): Promise<void>;
  /** Reads the log of a worker. */
  logs(name: string, options: LogOptions): Promise<void>;
}
