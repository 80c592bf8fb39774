import { basename, dirname } from 'node:path';
import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';

/** The meaning of a failure of SQLite or the file system: a stable code, and the rest of a line. */
type Meaning = readonly [code: ErrorCode, text: string];

const FULL: Meaning = [
  'DISK_FULL',
  'cannot be written, because the disk is full; free some space, then try again',
];
const READONLY: Meaning = [
  'RUN_READONLY',
  'cannot be written; get write permission, or copy the run to a folder of your own',
];
const DENIED: Meaning = [
  'RUN_UNREADABLE',
  'cannot be accessed by this user; ask its owner for permission',
];
const FAULTY: Meaning = [
  'RUN_UNREADABLE',
  'cannot be read or written, because the disk reports an error; check the disk',
];
const TOO_MANY: Meaning = [
  'RUN_UNREADABLE',
  "cannot be opened, because too many files are open; raise the limit with 'ulimit -n 1024'",
];
const MISPLACED: Meaning = [
  'RUN_UNREADABLE',
  'cannot be opened, because a part of its path is not what it must be; choose another place',
];
const DAMAGED: Meaning = [
  'RUN_CORRUPT',
  "is damaged; restore it from a copy, or remove the run with 'npx mu2net rm'",
];

/** Results of SQLite. */
const SQLITE: Readonly<Record<string, Meaning>> = {
  FULL,
  READONLY,
  PERM: DENIED,
  AUTH: DENIED,
  CANTOPEN: [
    'RUN_UNREADABLE',
    'cannot be opened; see whether it and its folder exist and you may read them',
  ],
  IOERR: FAULTY,
  CORRUPT: DAMAGED,
  NOTADB: [
    'RUN_CORRUPT',
    "is not a SQLite file; restore it from a copy, or remove the run with 'npx mu2net rm'",
  ],
  BUSY: ['RUN_LOCKED', 'is in use by another process; try again in a moment'],
  LOCKED: ['RUN_LOCKED', 'is in use by another process; try again in a moment'],
  PROTOCOL: ['RUN_LOCKED', 'is in use by another process; try again in a moment'],
};

/** Errors of the operating system. */
const SYSTEM: Readonly<Record<string, Meaning>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READONLY,
  EACCES: DENIED,
  EPERM: DENIED,
  EIO: FAULTY,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  ENOTDIR: MISPLACED,
  EISDIR: MISPLACED,
  ELOOP: MISPLACED,
  EEXIST: MISPLACED,
  ENAMETOOLONG: [
    'RUN_UNREADABLE',
    'cannot be opened, because its path is too long; choose a shorter name',
  ],
};

/** Numbers of SQLite's results; the bits above the lowest eight say more about one. */
const RESULTS: ReadonlyMap<number, string> = new Map([
  [3, 'PERM'],
  [5, 'BUSY'],
  [6, 'LOCKED'],
  [8, 'READONLY'],
  [10, 'IOERR'],
  [11, 'CORRUPT'],
  [13, 'FULL'],
  [14, 'CANTOPEN'],
  [15, 'PROTOCOL'],
  [23, 'AUTH'],
  [26, 'NOTADB'],
]);

/** The index beside a write-ahead log cannot get its size: it is small, so the disk is full. */
const IOERR_SHMSIZE = 4874;

/** Returns the result of SQLite that an error reports, such as BUSY; undefined for other errors. */
export function sqliteResultOf(error: unknown): string | undefined {
  const { code, rawCode } = (error ?? {}) as {
    readonly code?: unknown;
    readonly rawCode?: unknown;
  };
  if (rawCode === IOERR_SHMSIZE) return 'FULL';
  if (typeof rawCode === 'number') return RESULTS.get(rawCode & 0xff);
  // The driver gives some extended results no name, and an error of opening no number.
  return typeof code === 'string' ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined;
}

/**
 * Returns the error that tells a user what happened to a file of a run. An error that is already a
 * sentence, or that no user can cause, is returned unchanged.
 *
 * @param file the file of the record, unless the error names another one.
 */
export function recordError(error: unknown, file: string): unknown {
  if (error instanceof Mu2NetError || !(error instanceof Error)) return error;
  const result = sqliteResultOf(error);
  const { code: failure = '' } = error as NodeJS.ErrnoException;
  const meaning = result === undefined ? SYSTEM[failure] : SQLITE[result];
  if (meaning === undefined) return error;
  const [code, text] = meaning;
  const { path: where = file } = error as NodeJS.ErrnoException;
  const run = basename(dirname(file));
  return new Mu2NetError(code, `${where} ${text}`, { run, file: where, cause: error });
}

/** Returns the error about a file that must be written and cannot be. */
export function readonlyError(file: string): Mu2NetError {
  const [code, text] = READONLY;
  return new Mu2NetError(code, `${file} ${text}`, { run: basename(dirname(file)), file });
}

/** Does work on a file of a run; a failure of the file becomes an error with a sentence. */
export function onFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw recordError(error, file);
  }
}
