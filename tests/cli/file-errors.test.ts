import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defineExperiment } from '../../ts/src/config/index.js';
import { SMALL } from '../e2e/support.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net, reported } from './cli.js';

const folder = temporaryFolder();

beforeAll(async () => {
  writeFileSync(join(folder, 'small.yaml'), stringify(SMALL));
  const { experiment } = defineExperiment({ ...SMALL, name: 'first' });
  const pool = poolOf(experiment);
  await growDirectory(experiment, { folder: join(folder, 'runs'), pool });
});

/** Runs a command by a shell, which can limit and redirect it. */
function inShell(before: string, words: string, after = '') {
  const script = `${before} exec '${process.execPath}' '${MAIN}' ${words} ${after}`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
  return { status, stderr, stdout: '' };
}

describe('an error of the file system is one line that says what to do', () => {
  it.each([
    ['a folder that is missing', ['show', '--svg', 'no/a.svg'], 'FILE_MISSING', 'no/a.svg'],
    ['a folder instead of a file', ['show', '--svg', 'runs'], 'FILE_KIND', 'runs'],
    ['a file instead of a folder', ['show', '--svg', 'small.yaml/a'], 'FILE_KIND', 'small.yaml/a'],
    ['a long name', ['show', '--svg', 'a'.repeat(300)], 'FILE_NAME', 'a'.repeat(300)],
  ])('%s', async (_, words, code, file) => {
    const answer = await mu2net(folder, [...words, '--json']);
    expect(answer.status).toBe(1);
    expect(reported(answer)).toMatchObject({ code, file });
    expect(reported(answer).message).not.toMatch(/bug|report|stack/);
  });

  it.each([
    ['a folder whose name is too long', ['--runs', 'b'.repeat(300)]],
    ['runs in a file', ['--runs', 'small.yaml/runs']],
  ])('a new run: %s', async (_, words) => {
    const answer = await mu2net(folder, ['run', 'small.yaml', ...words, '--json']);
    expect(answer.status).toBe(1);
    expect(reported(answer).code).toMatch(/^(FILE|RUN)_/);
    expect(reported(answer).message).not.toContain('bug');
  });

  it.skipIf(process.platform !== 'linux')('a full disk', () => {
    const answer = inShell('', 'leaderboard --json', '> /dev/full');
    expect(answer.status).toBe(1);
    expect(reported(answer)).toMatchObject({ code: 'DISK_FULL', file: 'standard output' });
  });

  it.skipIf(process.platform === 'win32').each([20, 40, 60, 100])('%i open files', (limit) => {
    const answer = inShell(`ulimit -n ${limit};`, 'run small.yaml --json');
    expect(answer.status).toBe(1);
    expect(reported(answer)).toMatchObject({
      code: 'TOO_MANY_FILES',
      message: expect.stringContaining('ulimit -n 1024'),
    });
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(process.platform === 'win32')('a folder of somebody else', () => {
    const place = join(folder, 'locked');
    mkdirSync(place, { mode: 0o555 });
    chmodSync(folder, 0o755);
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'run', 'small.yaml', '--runs', 'locked', '--json'],
      { cwd: folder, encoding: 'utf8', ...(isRoot && { uid: 65534, gid: 65534 }) },
    );
    expect(status).toBe(1);
    expect(reported({ status, stderr, stdout: '' }).code).toMatch(/^(FILE_DENIED|RUN_UNREADABLE)$/);
  });
});
