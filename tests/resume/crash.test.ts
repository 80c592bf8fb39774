import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { streamsOf } from '../../ts/src/evolution/index.js';
import { startRun } from '../../ts/src/run/start.js';
import { lockRun } from '../../ts/src/state/lock/lock.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { experimentOf, poolOf } from '../support/experiments.js';
import { recordFigure } from '../support/figures.js';
import { EPOCH, recordOf, temporaryFolder, uninterruptedRecord } from '../support/runs.js';
import { times } from '../support/thorough.js';
import { buildScript } from './processes.js';

const grower = buildScript('grower');
const experiment = experimentOf({ taskIterations: 1 });

async function createRun(): Promise<string> {
  const directory = join(temporaryFolder(), 'run');
  const ledger = await startRun({ directory, experiment, createdAt: EPOCH }, poolOf(experiment));
  ledger.close();
  return directory;
}

/** Runs a grower of the run, and returns the lines that it prints until it ends; see grower.ts. */
function runGrower(
  directory: string,
  delayMillis: number,
  heard?: Parameters<typeof grower.run>[1],
): Promise<readonly string[]> {
  return grower.run([directory, String(delayMillis)], heard);
}

/** Every write that was acknowledged is in the record. */
function expectRecorded(directory: string, acknowledged: readonly string[]): void {
  readRun(parseAddress(directory), (ledger) => {
    const iterations = ledger.iterations();
    const generations = [0, 1, 2].flatMap((index) => ledger.generations(index));
    expect(generations.length).toBeGreaterThanOrEqual(
      acknowledged.filter((line) => line === 'generation').length,
    );
    for (const line of acknowledged) {
      const [write, id] = line.split(' ');
      if (write === 'measurement') expect(ledger.measurement(Number(id))).not.toBeNull();
      if (write === 'iteration') expect(iterations[Number(id)]).toBeDefined();
    }
  });
}

describe('SIGKILL', () => {
  test.concurrent.each([1, 2, 3, 4].slice(0, times(4, 2)))(
    'at random moments loses no acknowledged write and changes no result (%i)',
    async (seed) => {
      const stream = streamsOf(seed).stream('kills');
      const expected = await uninterruptedRecord(experiment);
      // A process may finish before the signal reaches it; such a run does not count.
      for (let kills = 0; kills < times(10, 2); ) {
        const directory = await createRun();
        const acknowledged: string[] = [];
        let ended = 0;
        for (let finished = false; !finished; ) {
          const rows = 1 + stream.index(6);
          const millis = stream.index(10);
          const said = await runGrower(directory, 5, async (lines, child) => {
            if (lines.length !== rows) return;
            await setTimeout(millis);
            child.kill('SIGKILL');
          });
          finished = said.includes('finished');
          if (!finished) ended++;
          expect(said.filter((line) => line.startsWith('failed'))).toEqual([]);
          acknowledged.push(...said);
          expectRecorded(directory, acknowledged);
        }
        kills += ended;
        expect(readRun(parseAddress(directory), recordOf)).toEqual(expected);
        const counted = { killed: ended, 'acknowledged rows': acknowledged.length, 'lost rows': 0 };
        for (const [measure, value] of Object.entries(counted)) {
          recordFigure({ fault: 'the controller is killed', measure, value, unit: '' });
        }
      }
    },
  );
});

describe('the lock of a run directory', () => {
  test('excludes other processes but not readers, and ends with a killed process', async () => {
    const directory = await createRun();
    let refusal: unknown;
    let second: readonly string[] = [];
    let children = -1;
    await runGrower(directory, 60_000, async (lines, child) => {
      if (lines.at(-1) !== 'locked') return;
      try {
        lockRun(directory);
      } catch (error) {
        refusal = error;
      }
      children = readRun(parseAddress(directory), (ledger) => ledger.children().length);
      second = await runGrower(directory, 0);
      child.kill('SIGKILL');
    });
    expect(refusal).toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(directory),
    });
    expect(children).toBe(0);
    expect(second).toEqual(['failed RUN_LOCKED']);
    lockRun(directory).release();
    expect(await runGrower(directory, 0)).toContain('finished');
  });
});
