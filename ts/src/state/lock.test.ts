import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { lockRun } from './lock.js';

// Two processes: tests/resume/crash.test.ts.
test('a directory is taken once, until it is released', () => {
  const directory = temporaryFolder();
  const lock = lockRun(directory);
  expect(() => lockRun(directory)).toThrow(
    expect.objectContaining({ code: 'RUN_LOCKED', message: expect.stringContaining(directory) }),
  );
  lock.release();
  lockRun(directory).release();
});

test('directories are taken one by one', () => {
  const locks = [temporaryFolder(), temporaryFolder()].map(lockRun);
  for (const lock of locks) lock.release();
});
