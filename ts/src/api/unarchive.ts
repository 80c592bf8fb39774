import { type UnarchiveOptions, unarchiveRun } from '../archive/read-archive.js';
import { MAIN } from '../state/record/records.js';
import { Run } from './run.js';

/**
 * Makes a run of an archive that `run.archive` wrote: the same record, the same weights. Every file is
 * checked against its hash before the run appears.
 *
 * @throws Mu2NetError RUN_EXISTS, ARCHIVE_INVALID, CANCELLED
 *
 * @example
 * await openRun('quickstart').archive('all.tar');
 * const copy = await unarchive('all.tar', { name: 'copy' });
 */
export async function unarchive(file: string, options: UnarchiveOptions = {}): Promise<Run> {
  return new Run({ directory: await unarchiveRun(file, options), branch: MAIN });
}
