import { dirname, join, resolve } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { isRun } from '../../state/directory.js';
import { type Address, parseAddress, startingNames } from '../../state/runs.js';

/**
 * Finds a run or branch by its name in a folder, and nowhere else: unlike on the command line, a name
 * is not a path.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findRunIn(folder: string, name: string): Address {
  const address = parseAddress(join(resolve(folder), name));
  const isInFolder = dirname(address.directory) === resolve(folder) && !/[/\\\0]/.test(name);
  if (isInFolder && (isRun(address.directory) || startingNames(folder).includes(name))) {
    return address;
  }
  throw new Mu2NetError('RUN_UNKNOWN', `there is no run '${name}' in ${folder}`, { run: name });
}
