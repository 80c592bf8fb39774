import { hostname } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { holderFileOf } from '../state/directory.js';
import { replaceFile } from '../state/durable.js';
import type { Holder } from '../state/lock/holder.js';
import { lockRun, type RunLock } from '../state/lock/lock.js';
import { stopRun } from './stop.js';

// tests/resume/holding.test.ts stops another process.
const locks: RunLock[] = [];
afterEach(() => {
  for (const lock of locks.splice(0)) lock.release();
});

/** Returns a directory whose lock is held, as its holder describes itself. */
function heldBy(holder: Partial<Holder>): string {
  const directory = temporaryFolder();
  locks.push(lockRun(directory, 'main'));
  const self = { pid: process.pid, host: hostname(), since: new Date(0).toISOString() };
  replaceFile(holderFileOf(directory), JSON.stringify({ ...self, branch: 'main', ...holder }));
  return directory;
}

describe('stop', () => {
  test('does nothing for a run that no process grows', async () => {
    const directory = temporaryFolder();
    expect(await stopRun(directory)).toEqual({ stopped: null });
    const brief = lockRun(directory);
    expect(await stopRun(directory)).toEqual({ stopped: null });
    brief.release();
    // A killed process leaves its file, but not its lock.
    replaceFile(holderFileOf(directory), JSON.stringify({ pid: process.pid, host: hostname() }));
    expect(await stopRun(directory)).toEqual({ stopped: null });
  });

  test('refuses a process on another machine', async () => {
    await expect(stopRun(heldBy({ host: 'another', pid: 1 }))).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringMatching(/process 1 on another cannot be stopped from this machine/),
    });
  });

  test('refuses a process that cannot be seen', async () => {
    await expect(stopRun(heldBy({ pid: 2 ** 31 - 1 }))).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining('cannot be seen from here'),
    });
  });

  test('asks as Ctrl-C does, and says when the process works on', async () => {
    const asked = new Promise((resolve) => process.once('SIGINT', resolve));
    const stopping = stopRun(heldBy({}), { waitSeconds: 0 });
    await expect(stopping).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining('has been asked to stop, but works on after 0 s'),
    });
    expect(await asked).toBe('SIGINT');
  });

  test('waits until the process has ended its work', async () => {
    const directory = heldBy({});
    process.once('SIGINT', () => locks.pop()?.release());
    expect(await stopRun(directory)).toMatchObject({ stopped: { pid: process.pid } });
  });
});
