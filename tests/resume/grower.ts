/**
 * A process that locks a run directory, prints `locked`, and grows the system to its end with the
 * null pool. It prints a line after each write that is acknowledged, which must never be lost.
 */

import { writeSync } from 'node:fs';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import { Speeds } from '../../ts/src/pool/leases/speeds.js';
import { grow } from '../../ts/src/run/growth/grow.js';
import { lockRun } from '../../ts/src/state/lock/lock.js';
import { Ledger } from '../../ts/src/state/record/ledger.js';
import { currentExperiment } from '../../ts/src/state/record/recall.js';
import { poolOf } from '../support/experiments.js';

const [directory = '', delayMillis = '0'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

try {
  lockRun(directory, 'main');
  const ledger = Ledger.open(directory);
  const { recordMeasurement, recordGeneration, recordIteration } = ledger;
  ledger.recordMeasurement = async (measurement, worker) => {
    await recordMeasurement.call(ledger, measurement, worker);
    say(`measurement ${measurement.pathId}`);
  };
  ledger.recordGeneration = (commit) => {
    recordGeneration.call(ledger, commit);
    say('generation');
  };
  ledger.recordIteration = (iteration, endedAt) => {
    recordIteration.call(ledger, iteration, endedAt);
    say(`iteration ${iteration.id}`);
  };
  say('locked');
  const pool = poolOf(currentExperiment(ledger).experiment, {
    workers: 2,
    delayMillis: Number(delayMillis),
  });
  await grow({
    ...{ ledger, pool, store: 'store', speeds: new Speeds() },
    ...{ emit: () => {}, clock: () => new Date() },
  });
  say('finished');
} catch (error) {
  say(`failed ${error instanceof Mu2NetError ? error.code : error}`);
}
