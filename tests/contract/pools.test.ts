import { NullPool } from '../../ts/src/pool/null.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { DIGITS, DIGITS_FACTS } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { poolContract } from './pool-contract.js';

const facts = new Map([[DIGITS.name, DIGITS_FACTS]]);

poolContract('the null pool', async () => new NullPool({ facts }));
poolContract('the pool of local sidecars', () =>
  openLocalPool({ workers: 1, logDirectory: temporaryFolder() }),
);
