import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { onFile } from '../record/record-error.js';
import { MAIN } from '../record/records.js';
import { type Address, runNames } from '../runs.js';
import { lockRun, type RunLock } from './lock.js';

/** A run directory that this process has locked in order to grow one of its branches. */
export interface Claim extends Address {
  readonly lock: RunLock;
  /** Whether the directory did not exist before. */
  readonly isNew: boolean;
}

/**
 * Locks a run directory for this process; creates the directory if it does not exist.
 * @throws Mu2NetError RUN_LOCKED, and the errors of a file
 */
export function claimRun(directory: string, branch: string = MAIN): Claim {
  const created = onFile(directory, () => mkdirSync(directory, { recursive: true }));
  return { directory, branch, lock: lockRun(directory, branch), isNew: created !== undefined };
}

/**
 * Claims the first directory that has no run and is not in use. It has the wanted name, or this
 * name with a number.
 */
export function claimUnusedName(wanted: string, folder: string): Claim {
  const taken = new Set(runNames(folder));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (taken.has(name)) continue;
    try {
      return claimRun(join(folder, name));
    } catch (error) {
      if (!(error instanceof Mu2NetError && error.code === 'RUN_LOCKED')) throw error;
    }
  }
}
