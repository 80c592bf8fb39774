/**
 * A process that takes a run directory, says so, and grows its system to the end with the null pool.
 * It prints a line after each write that has returned: what it acknowledges must never be lost.
 */
import { writeSync } from 'node:fs';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import { grow } from '../../ts/src/run/grow.js';
import { Ledger } from '../../ts/src/state/ledger.js';
import { lockRun } from '../../ts/src/state/lock.js';
import { currentExperiment } from '../../ts/src/state/recall.js';
import { poolOf } from '../support/experiments.js';

const [directory = '', delayMillis = '0'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

try {
  lockRun(directory);
  const ledger = Ledger.open(directory);
  for (const write of ['addMeasurement', 'commitGeneration', 'endIteration'] as const) {
    const written = ledger[write].bind(ledger) as (...row: unknown[]) => void;
    Object.assign(ledger, {
      [write]: (...row: readonly unknown[]) => {
        written(...row);
        say(`${write} ${write === 'commitGeneration' ? '' : row[0]}`.trim());
      },
    });
  }
  say('locked');
  const pool = poolOf(currentExperiment(ledger).experiment, {
    workers: 2,
    delayMillis: Number(delayMillis),
  });
  await grow({ ledger, pool, store: 'store', onEvent: () => {}, clock: () => new Date() });
  say('finished');
} catch (error) {
  say(`failed ${error instanceof Mu2NetError ? error.code : error}`);
}
