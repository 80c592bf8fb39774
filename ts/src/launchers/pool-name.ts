import { existsSync } from 'node:fs';
import { loadPool } from '../config/index.js';
import { isName } from '../domain/names.js';

/** Returns the name of a pool, which is given itself or by the file that describes the pool. */
export function poolNameOf(given: string): string {
  const isFile = existsSync(given) || !isName(given) || /\.ya?ml$/.test(given);
  return isFile ? loadPool(given).name : given;
}
