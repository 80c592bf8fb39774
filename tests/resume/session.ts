/**
 * A process that grows a new run with the null pool, as the command line does: Ctrl-C stops it. It
 * prints the type of each event, and how it ended. Each child takes a minute to train.
 */
import { writeSync } from 'node:fs';
import { runInterruptible } from '../../ts/src/cli/shell/interrupt.js';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { growRun } from '../../ts/src/run/session.js';
import { experimentOf, poolOf } from '../support/experiments.js';

const [folder = ''] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const experiment = experimentOf({ taskIterations: 1 });
const fast = poolOf(experiment);
const slow = poolOf(experiment, { delayMillis: 60_000 });
const pool: Pool = {
  workers: () => fast.workers(),
  close: () => fast.close(),
  execute: (request, options) => (request.kind === 'train' ? slow : fast).execute(request, options),
};

try {
  await runInterruptible(
    (signal) => growRun(experiment, { folder, pool, signal, onEvent: ({ type }) => say(type) }),
    () => say('stopping'),
    () => new Mu2NetError('CANCELLED', 'stopped'),
  );
} catch (error) {
  say(`failed ${error instanceof Mu2NetError ? error.code : error}`);
}
