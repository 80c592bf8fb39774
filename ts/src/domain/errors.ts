/** Stable codes of all errors that a user can see; scripts may match on them. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'METHOD_UNKNOWN'
  | 'METHOD_CHANGED'
  | 'METHOD_UNVERIFIED'
  | 'METHOD_INVALID'
  | 'TASK_UNKNOWN'
  | 'DATA_MISSING'
  | 'DATA_CORRUPT'
  | 'DATA_LABEL'
  | 'DATA_EMPTY'
  | 'IMAGE_UNDECODABLE'
  | 'CHECKPOINT_MISSING'
  | 'CHECKPOINT_INVALID'
  | 'STORE_MISSING'
  | 'STORE_CORRUPT'
  | 'STORE_UNKNOWN'
  | 'STORE_DENIED'
  | 'STORE_UNREACHABLE'
  | 'STORE_UNSUPPORTED'
  | 'OUT_OF_MEMORY'
  | 'DIVERGED'
  | 'NO_SURVIVOR'
  | 'RUN_UNKNOWN'
  | 'RUN_EXISTS'
  | 'RUN_LOCKED'
  | 'RUN_SCHEMA'
  | 'RUN_CORRUPT'
  | 'RUN_READONLY'
  | 'RUN_UNREADABLE'
  | 'ARCHIVE_INVALID'
  | 'BRANCH_UNKNOWN'
  | 'BRANCH_EXISTS'
  | 'BRANCH_REFUSED'
  | 'PATH_UNKNOWN'
  | 'PNG_UNAVAILABLE'
  | 'FILE_MISSING'
  | 'FILE_DENIED'
  | 'FILE_READ_ONLY'
  | 'FILE_KIND'
  | 'FILE_NAME'
  | 'FILE_UNREADABLE'
  | 'DISK_FULL'
  | 'TOO_MANY_FILES'
  | 'PYTHON_MISSING'
  | 'SETUP_FAILED'
  | 'PROTOCOL_VERSION'
  | 'KEY_INVALID'
  | 'POOL_AWAY'
  | 'WORKER_UNKNOWN'
  | 'SIDECAR_LOST'
  | 'SIDECAR_FAILED'
  | 'SERVE_FAILED'
  | 'LAUNCHER_MISSING'
  | 'LAUNCH_REFUSED'
  | 'LAUNCH_FAILED'
  | 'POOL_LOCKED'
  | 'PORT_BUSY'
  | 'CANCELLED';

/** Subject of an error, as fields for programs. Each error fills in the fields that it knows. */
export interface ErrorSubject {
  /** Name of a run, or `run:branch`. */
  readonly run?: string | undefined;
  readonly branch?: string | undefined;
  readonly task?: string | undefined;
  readonly pathId?: number | undefined;
  /** Name of a method, or of one of its policies. */
  readonly method?: string | undefined;
  /** File or folder. */
  readonly file?: string | undefined;
  /** Line of a configuration, from 1. */
  readonly line?: number | undefined;
  /** Column of a configuration, from 1. */
  readonly column?: number | undefined;
  /** Dotted key of a configuration. */
  readonly key?: string | undefined;
  readonly worker?: string | undefined;
  /** Group of workers of a pool. */
  readonly group?: string | undefined;
}

/**
 * An error with a message a person can act on: one line that says what is wrong, where, and what to
 * do. `code` is stable and `subject` says what it is about, so that programs need not read the line.
 * The command line prints `message` alone, and the stack only on request.
 *
 * @example
 * try {
 *   openRun('quickstart').show('cats');
 * } catch (error) {
 *   if (!(error instanceof Mu2NetError)) throw error;
 *   console.log(error.code, error.subject.task); // PATH_UNKNOWN cats
 * }
 */
export class Mu2NetError extends Error {
  /** The kind of failure; stable, so that programs may match on it. */
  readonly code: ErrorCode;
  /** The things that the error is about. */
  readonly subject: ErrorSubject;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, ...subject }: ErrorSubject & ErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Mu2NetError';
    this.code = code;
    this.subject = subject;
  }
}

/**
 * Several errors of one configuration. Its message has a line for each of them; its code is theirs
 * if they agree, or else `CONFIG_INVALID`.
 *
 * @example
 * try {
 *   defineExperiment({ name: 'no spaces', tasks: ['digits'], seed: -1 });
 * } catch (error) {
 *   if (!(error instanceof ConfigErrors)) throw error;
 *   for (const { code, subject } of error.errors) console.log(code, subject.key);
 * }
 */
export class ConfigErrors extends Mu2NetError {
  /** The errors, in the order of the file. */
  readonly errors: readonly [Mu2NetError, ...Mu2NetError[]];

  constructor(errors: readonly [Mu2NetError, ...Mu2NetError[]]) {
    const [first] = errors;
    const agree = errors.every(({ code }) => code === first.code);
    const message = errors.map((error) => error.message).join('\n');
    super(agree ? first.code : 'CONFIG_INVALID', message, first.subject);
    this.name = 'ConfigErrors';
    this.errors = errors;
  }
}
