import { Ledger } from './ledger.js';
import { lockRun } from './lock.js';
import { addressOf } from './runs.js';

/**
 * Does work on a branch while no other process uses the run.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED
 */
export function withRunLock<T>(address: string, work: (ledger: Ledger, branch: string) => T): T {
  const { directory, branch } = addressOf(address);
  // Opened before it is locked: a run of another schema is migrated, which takes the lock too.
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
