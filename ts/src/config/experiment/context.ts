import type { Refusals } from '../errors/refusals.js';
import type { ConfigPath, Refuse } from '../errors/refuse.js';

/** The context in which a configuration becomes an experiment. */
export interface BuildContext {
  /** The configuration's file; null when a program wrote it. */
  readonly file: string | null;
  /** Folder that a path of the configuration is relative to, by where it stands there. */
  readonly folderOf: (path: ConfigPath) => string;
  /** Whether the absence of data is an error; if not, only optional tasks are checked for it. */
  readonly dataMustExist: boolean;
  /** Whether optional tasks are left out when their data is absent. */
  readonly leaveOut: boolean;
  /** Whether the module of the method may run. */
  readonly runModule: boolean;
  readonly refuse: Refuse;
  /** The errors that were found so far. */
  readonly refusals: Refusals;
}
