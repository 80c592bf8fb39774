import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recordFileOf } from '../../ts/src/state/directory.js';
import { Connection } from '../../ts/src/state/record/connection.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { allReachableDigests } from '../../ts/src/state/record/reach.js';
import { MAIN } from '../../ts/src/state/record/records.js';

/**
 * Gives the run of a null pool a store of real objects: the pool invents digests, and each is
 * replaced by that of the bytes of an object.
 *
 * @returns the bytes of every object, by digest.
 */
export function storeObjects(directory: string, store: string): ReadonlyMap<string, Buffer> {
  const objects = new Map<string, Buffer>();
  const invented = readRun({ directory, branch: MAIN }, allReachableDigests);
  const connection = new Connection(recordFileOf(directory));
  for (const digest of invented) {
    const bytes = Buffer.from(`weights of ${digest}`.repeat(1000));
    const real = createHash('sha256').update(bytes).digest('hex');
    objects.set(real, bytes);
    for (const column of ['params', 'trace']) {
      connection.run(`UPDATE components SET ${column} = ? WHERE ${column} = ?`, real, digest);
    }
    connection.run('UPDATE stored SET digest = ? WHERE digest = ?', real, digest);
    const file = join(store, real.slice(0, 2), `${real}.safetensors`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  connection.close();
  return objects;
}
