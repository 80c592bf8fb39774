/** Stable codes of every error a user can meet; scripts may match on them. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'METHOD_UNKNOWN'
  | 'METHOD_CHANGED'
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
  | 'OUT_OF_MEMORY'
  | 'DIVERGED'
  | 'NO_SURVIVOR'
  | 'RUN_UNKNOWN'
  | 'RUN_EXISTS'
  | 'RUN_LOCKED'
  | 'RUN_SCHEMA'
  | 'BRANCH_UNKNOWN'
  | 'BRANCH_EXISTS'
  | 'BRANCH_REFUSED'
  | 'PATH_UNKNOWN'
  | 'PYTHON_MISSING'
  | 'PROTOCOL_VERSION'
  | 'SIDECAR_LOST'
  | 'SIDECAR_FAILED'
  | 'CANCELLED';

/**
 * An error with a message a person can act on: one line saying what is wrong, where, and what to do.
 * The command line prints `message` alone; the stack is shown only on request.
 */
export class Mu2NetError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Mu2NetError';
    this.code = code;
  }
}
