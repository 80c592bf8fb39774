import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import { Ledger } from '../../ts/src/state/record/ledger.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { boundCommand, canBeBound } from '../support/unprivileged.js';
import { type Answer, MAIN, reported } from './cli.js';

const folder = temporaryFolder();
const runs = join(folder, 'runs');
const first = join(runs, 'first');
const { experiment } = defineExperiment(
  {
    name: 'first',
    method: { samplesPerTask: 4, width: 2 },
    hyperparameters: { num_layers: 2 },
    tasks: ['mnist', 'digits'],
    taskIterations: 1,
  },
  { dataMustExist: false },
);

/** Runs a command as a user who may read the runs, but not write them. */
function readAs(words: readonly string[]): Answer {
  const [program = '', ...rest] = boundCommand(process.execPath, MAIN, ...words, '--runs', runs);
  const env = { ...process.env, CI: 'true' };
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd: '/', encoding: 'utf8', env });
  return { status, stdout, stderr };
}

/** Whether such a user can start the program at all, which lies in somebody's folder. */
const isAble = canBeBound && readAs(['--version']).status === 0;

function setWritable(directory: string, writable: boolean): void {
  for (const name of ['', ...readdirSync(directory)]) {
    const path = join(directory, name);
    const isFile = name !== '' && name !== 'store';
    chmodSync(path, (isFile ? 0o444 : 0o555) | (writable ? 0o200 : 0));
  }
}

beforeAll(async () => {
  chmodSync(folder, 0o755);
  await growDirectory(experiment, { folder: runs, pool: poolOf(experiment) });
  setWritable(first, false);
});

describe.runIf(isAble)('a user without write permission', () => {
  it.each([
    ['status', ['status', 'first']],
    ['the list of runs', ['status', '--all']],
    ['leaderboard', ['leaderboard', 'first']],
    ['log', ['log', 'first']],
    ['show', ['show', 'digits', '--run', 'first']],
    ['a picture', ['show', '--run', 'first', '--svg']],
    ['report', ['report', 'first']],
    ['diff', ['diff', 'first', 'first']],
    ['compare', ['compare', 'first', 'first']],
    ['the list of branches', ['branch', 'first']],
  ])('can read a finished run: %s', (_, words) => {
    const before = readdirSync(first);
    expect(readAs(words)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/first|digits/),
    });
    expect(readdirSync(first)).toEqual(before);
  });

  it('can read a record without the files of SQLite beside it', () => {
    const bare = join(runs, 'bare');
    mkdirSync(bare);
    copyFileSync(join(first, 'system.db'), join(bare, 'system.db'));
    setWritable(bare, false);
    const { status, stdout } = readAs(['status', 'bare', '--json']);
    expect({ status, names: readdirSync(bare) }).toEqual({ status: 0, names: ['system.db'] });
    expect(JSON.parse(stdout)).toMatchObject({ run: 'bare', state: 'finished' });
    setWritable(bare, true);
  });

  it('can count garbage', () => {
    expect(readAs(['gc', 'first'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('in use'),
    });
  });

  it('gets one clear sentence for a command that writes', () => {
    for (const words of [
      ['gc', 'first', '--delete'],
      ['branch', 'first', 'wide'],
      ['rm', 'first', '--yes'],
    ]) {
      const answer = readAs([...words, '--json']);
      expect(answer.status).toBe(1);
      expect(reported(answer)).toMatchObject({
        code: 'RUN_READONLY',
        message: expect.stringContaining('cannot be written'),
        run: 'first',
      });
    }
  });

  it('can read a run while its owner grows it, with what is only in the log', () => {
    setWritable(first, true);
    const ledger = Ledger.open(first);
    try {
      ledger.recordFlops('a structure that was just counted', 1);
      setWritable(first, false);
      const answer = readAs(['status', 'first', '--json']);
      expect(answer.status).toBe(0);
      expect(JSON.parse(answer.stdout)).toMatchObject({ run: 'first', state: 'finished' });
      // A copy of the files without the index that SQLite keeps beside the log.
      const copy = join(runs, 'copy');
      mkdirSync(copy);
      for (const name of ['system.db', 'system.db-wal']) {
        copyFileSync(join(first, name), join(copy, name));
      }
      setWritable(copy, false);
      expect(reported(readAs(['status', 'copy', '--json']))).toMatchObject({
        code: 'RUN_READONLY',
        message: expect.stringContaining('write-ahead log'),
      });
      setWritable(copy, true);
    } finally {
      setWritable(first, true);
      ledger.close();
      setWritable(first, false);
    }
  });

  it('is told that a folder cannot be read', () => {
    const secret = join(runs, 'secret');
    cpSync(first, secret, { recursive: true });
    chmodSync(secret, 0o700);
    chmodSync(join(secret, 'system.db'), 0o600);
    expect(readAs(['status', '--all']).stdout).toMatch(/^first +finished/m);
    chmodSync(secret, 0o755);
    expect(reported(readAs(['status', 'secret', '--json']))).toMatchObject({
      code: 'RUN_UNREADABLE',
      run: 'secret',
    });
    const { stdout } = readAs(['status', '--all']);
    expect(stdout).toMatch(/^first +finished/m);
    expect(stdout).toMatch(/^secret +cannot be read/m);
  });
});
