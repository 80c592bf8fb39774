import { NullPool } from '../../ts/src/pool/null.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { servePool } from '../../ts/src/standing/serve.js';
import { NullWorker } from '../support/null-worker.js';
import { DIGITS, DIGITS_FACTS } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { poolContract } from './pool-contract.js';

const facts = new Map([[DIGITS.name, DIGITS_FACTS]]);

poolContract('the null pool', async () => new NullPool({ facts }));
poolContract('the pool of local sidecars', () =>
  openLocalPool({ workers: 1, logDirectory: temporaryFolder() }),
);
poolContract('a standing pool', async () => {
  const folder = temporaryFolder();
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder });
  const worker = new NullWorker(folder, 'null-0', new NullPool({ facts }));
  const pool = await openPool(folder, { checksObjects: false });
  return {
    execute: (request, options) => pool.execute(request, options),
    workers: () => pool.workers(),
    async close() {
      await pool.close();
      await serving.stop(0);
      worker.kill();
    },
  };
});
