import { type ErrorCode, Mu2NetError } from './errors.js';

/** The operating system's error for a failed call, as Node reports it. */
export interface SystemError {
  /** The name of the error, such as `EACCES`. */
  readonly code: string;
  /** The call, such as `open`. */
  readonly syscall: string;
  readonly path?: string | undefined;
  /** The second path of a call that has two, such as `rename`. */
  readonly dest?: string | undefined;
}

/** Says whether an error is one of the operating system. */
export function isSystemError(error: unknown): error is Error & SystemError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/.test(error.code) &&
    'syscall' in error &&
    typeof error.syscall === 'string'
  );
}

interface Explanation {
  readonly code: ErrorCode;
  /** The problem with the file; follows its name. */
  readonly why: string;
  readonly remedy: string;
}

const DENIED: Explanation = {
  code: 'FILE_DENIED',
  why: 'may not be used by this user',
  remedy: 'change its permissions, or name a file or folder of your own',
};
const FULL: Explanation = {
  code: 'DISK_FULL',
  why: 'cannot be written, because the disk or the quota is full',
  remedy: 'free some space (gc deletes what no branch needs) and try again',
};
const TOO_MANY: Explanation = {
  code: 'TOO_MANY_FILES',
  why: 'cannot be opened, because too many files are open',
  remedy: "raise the limit, for example with 'ulimit -n 1024', and try again",
};

/** The errors of the file system that a user can cause, and mend. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: {
    code: 'FILE_READ_ONLY',
    why: 'cannot be written, because its disk is mounted read-only',
    remedy: 'name a file or folder on another disk',
  },
  ENOENT: {
    code: 'FILE_MISSING',
    why: 'does not exist',
    remedy: 'correct the name, or create its folder',
  },
  ENOTDIR: {
    code: 'FILE_KIND',
    why: 'is not possible, because a part of the path is a file and not a folder',
    remedy: 'correct the path',
  },
  EISDIR: {
    code: 'FILE_KIND',
    why: 'is a folder, and a file is needed',
    remedy: 'name a file',
  },
  EEXIST: {
    code: 'FILE_KIND',
    why: 'exists, and is not what is needed here',
    remedy: 'move it away, or choose another name',
  },
  ENAMETOOLONG: {
    code: 'FILE_NAME',
    why: 'is too long a name for this file system',
    remedy: 'choose a shorter name',
  },
  ELOOP: {
    code: 'FILE_NAME',
    why: 'is a symbolic link that leads back to itself',
    remedy: 'correct the link',
  },
  ENOSPC: FULL,
  EDQUOT: FULL,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: {
    code: 'FILE_UNREADABLE',
    why: 'cannot be read or written, because its disk reports an error',
    remedy: 'check the disk and its connection',
  },
};

/** Longest part of a path that a message repeats. */
const LONGEST_NAME = 200;

/**
 * Explains an error of the operating system that a user can cause: what, where, what to do.
 * @returns null if it is another error.
 */
export function fileErrorOf(error: unknown): Mu2NetError | null {
  if (!isSystemError(error)) return null;
  const explanation = EXPLANATIONS[error.code];
  if (!explanation) return null;
  const { code, why, remedy } = explanation;
  const file = error.dest ?? error.path;
  const what = file === undefined ? `a file (${error.syscall})` : shortened(file);
  return new Mu2NetError(code, `${what} ${why}; ${remedy} (${error.code})`, {
    file,
    cause: error,
  });
}

/** Leaves out the middle of a very long path. */
function shortened(path: string): string {
  if (path.length <= LONGEST_NAME) return path;
  const half = Math.floor(LONGEST_NAME / 2);
  return `${path.slice(0, half)}…${path.slice(-half)}`;
}
