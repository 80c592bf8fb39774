import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from 'vitest';
import { doctorShape, leaderboardShape } from '../cli/shapes.js';
import { temporaryFolder } from '../support/runs.js';
import { freshClone, pack } from './fresh-clone.js';

const MINUTES = 60_000;
const project = temporaryFolder();
const cache = temporaryFolder();
const environments = join(cache, 'mu2net', 'python');

/** The environment of a user who has the package and nothing else; downloads come from the cache. */
function userEnvironment(): NodeJS.ProcessEnv {
  const { MU2NET_PYTHON: _, MU2NET_RUNS: __, XDG_CACHE_HOME, ...env } = process.env;
  const PIP_CACHE_DIR =
    env.PIP_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pip');
  return { ...env, PIP_CACHE_DIR, XDG_CACHE_HOME: cache, CI: 'true' };
}

const BIN = join(project, 'node_modules', '.bin', 'mu2net');

function mu2net(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(BIN, words, {
    cwd: project,
    encoding: 'utf8',
    env: userEnvironment(),
  });
  return { status, stdout, stderr };
}

const start = (...words: readonly string[]) =>
  spawn(BIN, words, { cwd: project, env: userEnvironment() });

const doctor = () => doctorShape.parse(JSON.parse(mu2net('doctor', '--json').stdout));
const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

beforeAll(() => {
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const { tarball } = pack(freshClone());
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball];
  execFileSync('npm', words, { cwd: project, stdio: 'pipe' });
}, 5 * MINUTES);

describe('before the set-up', () => {
  it('doctor says that there is no environment, and what to do', () => {
    const { ok, environment, checks } = doctor();
    expect(ok).toBe(false);
    expect(environment).toMatchObject({ kind: 'cache', extras: [] });
    expect(environment.folder?.startsWith(environments)).toBe(true);
    const python = checks.find(({ name }) => name === 'python');
    expect(python?.detail).toContain("run 'npx mu2net setup'");
  });

  it('a run says so in one line', () => {
    const { status, stderr } = mu2net('run', 'quickstart', '--set', 'tasks=[digits]');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mu2net: .*is not set up; run 'npx mu2net setup'\n$/);
  });
});

describe('the set-up', () => {
  it(
    'is not there when it was killed in the middle',
    async () => {
      const child = start('setup', '--json');
      for await (const line of createInterface(child.stdout)) {
        const { state, what } = JSON.parse(line);
        if (state === 'working' && /packages/.test(what)) child.kill('SIGKILL');
      }
      expect(readdirSync(environments).length).toBeGreaterThan(0);
      expect(doctor().ok).toBe(false);
    },
    2 * MINUTES,
  );

  it(
    'is done again, once, by two at the same time',
    async () => {
      const results = await Promise.all(
        ['first', 'second'].map(async () => {
          const child = start('setup', '--json');
          let stdout = '';
          child.stdout.setEncoding('utf8').on('data', (text: string) => {
            stdout += text;
          });
          const [status] = await once(child, 'close');
          return { status, ...lastLine(stdout) };
        }),
      );
      expect(results).toMatchObject([{ status: 0 }, { status: 0 }]);
      expect(results.map(({ changed }) => changed).sort()).toEqual([false, true]);
    },
    5 * MINUTES,
  );

  it('makes an environment in which doctor finds no problem', () => {
    const { ok, environment } = doctor();
    expect(ok).toBe(true);
    expect(environment.kind).toBe('cache');
    expect(existsSync(environment.executable)).toBe(true);
  });

  it(
    'adds an extra, and keeps it',
    () => {
      const words = ['setup', '--extras', 'parquet', '--json'];
      expect(lastLine(mu2net(...words).stdout)).toMatchObject({
        changed: true,
        extras: ['parquet'],
      });
      const again = lastLine(mu2net('setup', '--json').stdout);
      expect(again).toMatchObject({ changed: false, extras: ['parquet'] });
      const { executable, extras } = doctor().environment;
      expect(extras).toEqual(['parquet']);
      execFileSync(executable, ['-c', 'import pyarrow']);
    },
    3 * MINUTES,
  );

  it('gives way to MU2NET_PYTHON', () => {
    const env = { ...userEnvironment(), MU2NET_PYTHON: '/no/such/python' };
    const { status, stderr } = spawnSync(BIN, ['setup'], { cwd: project, encoding: 'utf8', env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mu2net: MU2NET_PYTHON \(\/no\/such\/python\) does not run .*\n$/);
  });
});

describe('the demo', () => {
  it(
    'grows a system from an empty folder',
    () => {
      const brief = ['--set', 'method.samplesPerTask=1', '--set', 'method.width=1'];
      const small = ['--set', 'tasks=[digits]', '--set', 'training.validationsPerChild=1'];
      const { status, stdout, stderr } = mu2net('demo', ...brief, ...small);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^demo finished in/m);
      expect(stdout).toMatch(/npx mu2net run quickstart/);
      const board = leaderboardShape.parse(JSON.parse(mu2net('leaderboard', '--json').stdout));
      expect(board.rows.map(({ task }) => task)).toEqual(['digits']);
    },
    3 * MINUTES,
  );
});
