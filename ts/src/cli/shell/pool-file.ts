import { existsSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { loadPool } from '../../config/index.js';
import { isName } from '../../domain/names.js';

/** The file that describes a pool, if none is named. */
export const POOL_FILE = 'pool.yaml';

export const POOL_FILE_ARGUMENT = new Argument(
  '[file]',
  'the file that describes the pool',
).default(POOL_FILE);

export const POOL_FILE_OPTION = new Option(
  '--file <file>',
  'the file that describes the pool, or its name',
).default(POOL_FILE);

/** Returns the name of a pool, which is given itself or by the file that describes the pool. */
export function poolNameOf(given: string): string {
  const isFile = existsSync(given) || !isName(given) || /\.ya?ml$/.test(given);
  return isFile ? loadPool(given).name : given;
}
