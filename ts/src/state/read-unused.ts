import { readHolder } from './lock/holder.js';
import { lockedError } from './lock/lock.js';
import { Ledger } from './record/ledger.js';
import type { Address } from './runs.js';

/**
 * Reads a record that no other process uses; it need not be writable.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED
 */
export async function readUnused<T>(
  address: Address,
  read: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  if (readHolder(address.directory) !== null) throw lockedError(address.directory);
  const ledger = Ledger.read(address);
  try {
    return await read(ledger);
  } finally {
    ledger.close();
  }
}
