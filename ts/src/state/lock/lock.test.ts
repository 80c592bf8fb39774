import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { lockRun } from './lock.js';

// tests/resume/crash.test.ts tests the lock with two processes.
test('a directory can be locked only once until it is released', () => {
  const directory = temporaryFolder();
  const lock = lockRun(directory);
  expect(() => lockRun(directory)).toThrow(
    expect.objectContaining({ code: 'RUN_LOCKED', message: expect.stringContaining(directory) }),
  );
  lock.release();
  lockRun(directory).release();
});

test('several directories can be locked at the same time', () => {
  const locks = [temporaryFolder(), temporaryFolder()].map((directory) => lockRun(directory));
  for (const lock of locks) lock.release();
});
