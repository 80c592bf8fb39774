import { Ledger } from '../record/ledger.js';
import type { Address } from '../runs.js';
import { lockRun } from './lock.js';

/**
 * Does work on the record of a branch while no other process uses the run.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED
 */
export function withRunLock<T>({ directory, branch }: Address, work: (ledger: Ledger) => T): T {
  // Opened before it is locked, because opening a run of an earlier schema takes the lock too.
  const ledger = Ledger.open(directory, branch);
  try {
    const lock = lockRun(directory);
    try {
      return work(ledger);
    } finally {
      lock.release();
    }
  } finally {
    ledger.close();
  }
}

/**
 * Does work that takes a while on the record of a branch, while no other process uses the run.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED
 */
export async function holdRunLock<T>(
  { directory, branch }: Address,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = Ledger.open(directory, branch);
  try {
    const lock = lockRun(directory);
    try {
      return await work(ledger);
    } finally {
      lock.release();
    }
  } finally {
    ledger.close();
  }
}
