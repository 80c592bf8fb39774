import { importPublished as importSystem, type PublishedOptions } from '../published/import.js';
import { Run } from './run.js';

/**
 * Creates a finished run from a system that the papers' notebooks mu2Net and mu3Net saved. Another
 * experiment can continue it with `continueFrom`.
 *
 * @param folder the folder of an experiment, whose latest state is read, or of one state that
 *   mu2Net.ipynb saved.
 * @throws Mu2NetError RUN_EXISTS, RUN_LOCKED, CHECKPOINT_MISSING, CHECKPOINT_INVALID
 *
 * @example
 * try {
 *   await importPublished('no-such-folder', { pool });
 * } catch (error) {
 *   console.log(error.code, error.subject.file);
 * }
 */
export async function importPublished(
  folder: string,
  options: PublishedOptions = {},
): Promise<Run> {
  return new Run(await importSystem(folder, options));
}
