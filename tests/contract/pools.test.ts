import { NullPool } from '../../ts/src/pool/null.js';
import { openPool } from '../../ts/src/pool/open-pool.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
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
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder: temporaryFolder() });
  const worker = new NullWorker(serving.endpoint, 'null-0', new NullPool({ facts }));
  const pool = await openPool(serving.endpoint);
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
