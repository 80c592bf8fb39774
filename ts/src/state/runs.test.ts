import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { latestRun } from '../index.js';
import { findRun, runNames, runsFolder } from './runs.js';

async function folderOf(...names: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'system.db'), '');
    await setTimeout(10);
  }
  mkdirSync(join(folder, 'no run'));
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

describe('runNames', () => {
  test('names the runs, the latest first', async () => {
    expect(runNames(await folderOf('b', 'c', 'a'))).toEqual(['a', 'c', 'b']);
    expect(runNames(join(temporaryFolder(), 'missing'))).toEqual([]);
  });
});

describe('findRun', () => {
  test('finds a run by name or by path', async () => {
    const folder = await folderOf('one', 'two');
    expect(findRun('one', folder)).toEqual({
      directory: join(folder, 'one'),
      branch: 'main',
    });
    expect(findRun(join(folder, 'one'), temporaryFolder())).toEqual({
      directory: join(folder, 'one'),
      branch: 'main',
    });
  });

  test('an unknown name is RUN_UNKNOWN, and the message suggests a similar name', async () => {
    const folder = await folderOf('quickstart', 'chars');
    expect(() => findRun('quickstrat', folder)).toThrow(
      expect.objectContaining({
        code: 'RUN_UNKNOWN',
        message: expect.stringContaining("did you mean 'quickstart'?"),
      }),
    );
    for (const error of [
      () => findRun('any', temporaryFolder()),
      () => latestRun({ folder: temporaryFolder() }),
    ]) {
      expect(error).toThrow(
        expect.objectContaining({
          code: 'RUN_UNKNOWN',
          message: expect.stringContaining('mu2net run <config>'),
        }),
      );
    }
  });
});

test('the folder of the runs is MU2NET_RUNS, or ./runs', () => {
  vi.stubEnv('MU2NET_RUNS', '/elsewhere');
  expect(runsFolder()).toBe('/elsewhere');
  vi.stubEnv('MU2NET_RUNS', undefined);
  expect(runsFolder()).toBe(join(process.cwd(), 'runs'));
});
