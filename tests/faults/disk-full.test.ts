import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { resumeRun } from '../../ts/src/run/session.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { SMALL, timelessRecordOf } from '../e2e/support.js';
import { recordFigure } from '../support/figures.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { isThorough } from '../support/thorough.js';

const { experiment } = defineExperiment(SMALL);

/** A file system of its own on this machine, of 16 MiB. */
const disk = isThorough ? mkdtempSync(join(tmpdir(), 'disk-')) : '';
const words = ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk];
const isMounted = isThorough && process.getuid?.() === 0 && spawnSync('mount', words).status === 0;
afterAll(() => {
  // SQLite's last files are closed when they are collected as garbage.
  if (isMounted) spawnSync('umount', ['--lazy', disk]);
});

const filler = join(disk, 'filler');

/** Fills the disk until so many bytes are free. */
function fill(free: number): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize - free));
  } catch (error) {
    // Somebody else wrote meanwhile, and the disk is full.
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

describe.runIf(isMounted)('a run on a disk that fills', () => {
  let pool: Pool;
  let expected: ReturnType<typeof timelessRecordOf>;
  let events = 0;
  const folder = temporaryFolder();
  beforeAll(async () => {
    pool = await openLocalPool({ workers: 1, logDirectory: folder });
    const directory = await growDirectory(experiment, {
      ...{ folder, pool },
      onEvent: () => events++,
    });
    expected = timelessRecordOf(directory);
  });
  afterAll(() => pool?.close());

  /** Grows a run until the disk is full, and returns the error. */
  async function failureOf(grow: () => Promise<unknown>): Promise<unknown> {
    const failure = await grow().then(
      () => null,
      (error: unknown) => error,
    );
    rmSync(filler, { force: true });
    return failure;
  }

  /** Expects one line that says so. The controller or the worker finds it, whoever writes first. */
  const expectFull = (failure: unknown) =>
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^(DISK_FULL|SIDECAR_FAILED)$/),
      message: expect.stringMatching(/^[^\n]*(disk|No space left)[^\n]*$/),
    });

  test('when it begins leaves no run that cannot go on', async () => {
    fill(512 * 1024);
    const options = { folder: disk, name: 'new', pool };
    expectFull(await failureOf(() => growDirectory(experiment, options)));
    expect(existsSync(join(disk, 'new', 'system.db'))).toBe(false);
  });

  test('at any event fails in one line, and goes on when there is room', async () => {
    let failures = 0;
    for (let nth = 1; nth < events; nth++) {
      const name = `full-${nth}`;
      let heard = 0;
      const onEvent = () => {
        heard++;
        if (heard === nth) fill(0);
      };
      const failure = await failureOf(() =>
        growDirectory(experiment, { folder: disk, name, pool, onEvent }),
      );
      const directory = join(disk, name);
      if (failure !== null) {
        failures++;
        expectFull(failure);
        if (existsSync(join(directory, 'system.db'))) {
          await resumeRun(parseAddress(directory), { pool });
        } else {
          await growDirectory(experiment, { folder: disk, name, pool });
        }
      }
      expect(timelessRecordOf(directory)).toEqual(expected);
      rmSync(directory, { recursive: true });
    }
    expect(failures).toBeGreaterThan(0);
    const counted = {
      'events at which it was full': events - 1,
      'failures, all resumed': failures,
    };
    for (const [measure, value] of Object.entries(counted)) {
      recordFigure({ fault: 'the disk is full', measure, value, unit: '' });
    }
  });
});
