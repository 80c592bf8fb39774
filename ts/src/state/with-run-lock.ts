import { Ledger } from './ledger.js';
import { lockRun } from './lock.js';
import { addressOf } from './runs.js';

/**
 * Opens a branch and does work on it while this process holds the lock of the run.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED
 */
export function withRunLock<T>(address: string, work: (ledger: Ledger, branch: string) => T): T {
  const { directory, branch } = addressOf(address);
  // The record is opened before the lock, because migrating it needs the lock too.
  const ledger = Ledger.open(directory, branch);
  try {
    const lock = lockRun(directory);
    try {
      return work(ledger, branch);
    } finally {
      lock.release();
    }
  } finally {
    ledger.close();
  }
}
