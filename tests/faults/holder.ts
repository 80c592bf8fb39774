/**
 * A process that opens a pool of one local sidecar, prints the sidecar's process id and trains
 * without end. With the argument `exits` it ends after its first progress.
 */
import { writeSync } from 'node:fs';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { trainRequest } from '../support/requests.js';

const [folder = '', end = 'killed'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

const pool = await openLocalPool({
  workers: 1,
  logDirectory: folder,
  onWorker: ({ message }) => say(message),
});
await pool.execute(trainRequest(folder, [1], 100_000), {
  onProgress: () => {
    say('training');
    if (end === 'exits') process.exit(0);
  },
});
