import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { doctorShape } from '../cli/shapes/problem.js';
import { leaderboardShape } from '../cli/shapes/run.js';
import { temporaryFolder } from '../support/runs.js';
import { freshClone, pack, run } from './fresh-clone.js';

// npm and pip take long on a busy machine.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });
const project = temporaryFolder();
const cache = temporaryFolder();
const environments = join(cache, 'mu2net', 'python');

/** The environment of a user who has the package and nothing else; downloads come from the cache. */
function userEnvironment(): NodeJS.ProcessEnv {
  const { MU2NET_PYTHON: _, MU2NET_RUNS: __, XDG_CACHE_HOME, ...env } = process.env;
  const downloads = XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const caches = {
    PIP_CACHE_DIR: env.PIP_CACHE_DIR ?? join(downloads, 'pip'),
    UV_CACHE_DIR: env.UV_CACHE_DIR ?? join(downloads, 'uv'),
  };
  return { ...env, ...caches, XDG_CACHE_HOME: cache, CI: 'true' };
}

/** The same without uv, so that the set-up is done by pip. */
function environmentWithoutUv(): NodeJS.ProcessEnv {
  const env = userEnvironment();
  const folders = env.PATH?.split(delimiter).filter((folder) => !existsSync(join(folder, 'uv')));
  return { ...env, PATH: folders?.join(delimiter) };
}

const BIN = join(project, 'node_modules', '.bin', 'mu2net');

const mu2net = (...words: readonly string[]) =>
  run(BIN, words, { cwd: project, env: userEnvironment() });
const setUpByPip = () =>
  run(BIN, ['setup', '--json'], { cwd: project, env: environmentWithoutUv() });

const doctor = async () => doctorShape.parse(JSON.parse((await mu2net('doctor', '--json')).stdout));
const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

beforeAll(async () => {
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const { tarball } = await pack(freshClone());
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball];
  expect(await run('npm', words, { cwd: project })).toMatchObject({ status: 0 });
});

describe('before the set-up', () => {
  it('doctor says that there is no environment, and what to do', async () => {
    const { ok, environment, checks } = await doctor();
    expect(ok).toBe(false);
    expect(environment).toMatchObject({ kind: 'cache', extras: [] });
    expect(environment.folder?.startsWith(environments)).toBe(true);
    const python = checks.find(({ name }) => name === 'python');
    expect(python?.detail).toContain("run 'npx mu2net setup'");
  });

  it('a run says so in one line', async () => {
    const { status, stderr } = await mu2net('run', 'quickstart', '--set', 'tasks=[digits]');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mu2net: .*is not set up; run 'npx mu2net setup'\n$/);
  });
});

describe('the set-up', () => {
  it('is not there when it was killed in the middle', async () => {
    const child = spawn(BIN, ['setup', '--json'], { cwd: project, env: environmentWithoutUv() });
    for await (const line of createInterface(child.stdout)) {
      const { state, what } = JSON.parse(line);
      if (state === 'working' && /packages/.test(what)) child.kill('SIGKILL');
    }
    expect(readdirSync(environments).length).toBeGreaterThan(0);
    expect((await doctor()).ok).toBe(false);
  });

  it('is done again, once, by two at the same time', async () => {
    const results = await Promise.all(
      ['first', 'second'].map(async () => {
        const { status, stdout } = await setUpByPip();
        return { status, ...lastLine(stdout) };
      }),
    );
    expect(results).toMatchObject([{ status: 0 }, { status: 0 }]);
    expect(results.map(({ changed }) => changed).sort()).toEqual([false, true]);
  });

  it('makes an environment in which doctor finds no problem', async () => {
    const { ok, environment } = await doctor();
    expect(ok).toBe(true);
    expect(environment.kind).toBe('cache');
    expect(existsSync(environment.executable)).toBe(true);
  });

  it('adds an extra, and keeps it', async () => {
    const words = ['setup', '--extras', 'parquet', '--json'];
    expect(lastLine((await mu2net(...words)).stdout)).toMatchObject({
      changed: true,
      extras: ['parquet'],
    });
    const again = lastLine((await mu2net('setup', '--json')).stdout);
    expect(again).toMatchObject({ changed: false, extras: ['parquet'] });
    const { executable, extras } = (await doctor()).environment;
    expect(extras).toEqual(['parquet']);
    execFileSync(executable, ['-c', 'import pyarrow']);
  });

  it('gives way to MU2NET_PYTHON', async () => {
    const env = { ...userEnvironment(), MU2NET_PYTHON: '/no/such/python' };
    const { status, stderr } = await run(BIN, ['setup'], { cwd: project, env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mu2net: MU2NET_PYTHON \(\/no\/such\/python\) does not run .*\n$/);
  });
});

describe('the demo', () => {
  it('grows a system from an empty folder', async () => {
    const brief = ['--set', 'method.samplesPerTask=1', '--set', 'method.width=1'];
    const small = ['--set', 'tasks=[digits]', '--set', 'training.validationsPerChild=1'];
    const { status, stdout, stderr } = await mu2net('demo', ...brief, ...small);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^demo finished in/m);
    expect(stdout).toMatch(/npx mu2net run quickstart/);
    const board = leaderboardShape.parse(
      JSON.parse((await mu2net('leaderboard', '--json')).stdout),
    );
    expect(board.rows.map(({ task }) => task)).toEqual(['digits']);
  });
});
