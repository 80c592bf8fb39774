import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { holderFileOf, lockFileOf } from '../directory.js';
import { replaceFile } from '../durable.js';
import { isFileLocked } from './file-lock.js';

const form = z.object({
  pid: z.int().positive().nullable(),
  host: z.string().nullable(),
  since: z.iso.datetime().nullable(),
  branch: z.string().nullable(),
});

/** The process that uses a run directory alone. Facts that it did not state are null. */
export interface Holder {
  /** Its process id on its host. */
  readonly pid: number | null;
  /** The name of its machine. */
  readonly host: string | null;
  /** ISO 8601, UTC. */
  readonly since: string | null;
  /** The branch that it grows; null while it only changes the record or the store. */
  readonly branch: string | null;
}

const UNKNOWN: Holder = { pid: null, host: null, since: null, branch: null };

/**
 * Writes that this process holds a directory, in order to grow a branch or else briefly. Does
 * nothing if it cannot: a full disk must not prevent the work that makes room on it.
 */
export function writeHolder(directory: string, branch: string | null): void {
  const since = new Date().toISOString();
  const holder: Holder = { pid: process.pid, host: hostname(), since, branch };
  tryTo(() => replaceFile(holderFileOf(directory), JSON.stringify(holder)));
}

/** Removes what {@link writeHolder} wrote. */
export function removeHolder(directory: string): void {
  tryTo(() => rmSync(holderFileOf(directory), { force: true }));
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The lock decides; the file only describes who has it.
  }
}

/**
 * Returns the process that holds a directory; null when none does. Only the lock decides, because a
 * killed process leaves its file behind.
 */
export function readHolder(directory: string): Holder | null {
  if (!isFileLocked(lockFileOf(directory))) return null;
  try {
    return form.parse(JSON.parse(readFileSync(holderFileOf(directory), 'utf8')));
  } catch {
    // The process is about to write its file, or cannot.
    return UNKNOWN;
  }
}
