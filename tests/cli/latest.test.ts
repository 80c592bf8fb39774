import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineExperiment } from '../../ts/src/config/index.js';
import { recordFileOf } from '../../ts/src/state/directory.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';
import { statusShape, summariesShape } from './shapes/run.js';

const folder = temporaryFolder();
const runs = join(folder, 'runs');
const { experiment } = defineExperiment(
  {
    name: 'quickstart',
    method: { samplesPerTask: 2, width: 2 },
    hyperparameters: { num_layers: 1 },
    tasks: ['mnist', 'digits'],
    taskIterations: 1,
  },
  { dataMustExist: false },
);
const pool = poolOf(experiment);

/** Grows a run that stops after its first task. */
async function growHalf(): Promise<string> {
  const stop = new AbortController();
  const growing = growDirectory(experiment, {
    folder: runs,
    pool,
    signal: stop.signal,
    onEvent: ({ type }) => type === 'tested' && stop.abort(),
  });
  await expect(growing).rejects.toMatchObject({ code: 'CANCELLED' });
  return join(runs, 'quickstart-2');
}

const spoken = (...words: readonly string[]) => mu2net(folder, words);

/** A finished run, a later unfinished one of the same configuration, and later damaged ones. */
beforeAll(async () => {
  await growDirectory(experiment, { folder: runs, pool });
  await growHalf();
});

describe('a command without a run', () => {
  it('says which run it takes: the latest, or the latest finished one if it needs a model', async () => {
    expect((await spoken('leaderboard')).stderr).toBe(
      'mu2net: this is quickstart-2, the latest run\n',
    );
    // The task is unknown, so no worker starts.
    const { stderr } = await spoken('eval', 'cats');
    expect(stderr).toMatch(
      /^mu2net: this is quickstart, the latest finished run; quickstart-2 is not finished/,
    );
    expect(stderr).toContain("/quickstart has no model for task 'cats'");
    expect(reported(await spoken('export', 'cats', '--json'))).toMatchObject({ run: 'quickstart' });
  });

  it('has the name of the run in its JSON', async () => {
    for (const words of [['show', 'mnist'], ['gc']]) {
      const { status, stdout, stderr } = await spoken(...words, '--json');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ run: 'quickstart-2' });
    }
  });
});

describe('a damaged record', () => {
  const text = join(runs, 'text');
  beforeAll(() => {
    mkdirSync(text);
    writeFileSync(recordFileOf(text), 'a text '.repeat(1000));
    return () => rmSync(text, { recursive: true, force: true });
  });

  it('is passed over, and named', async () => {
    const { status, stdout, stderr } = await spoken('status');
    expect({ status, head: stdout.split('\n')[0] }).toEqual({
      status: 0,
      head: 'quickstart-2  stopped, task iteration 2 of 2 (digits)',
    });
    expect(stderr).toMatch(
      /^mu2net: text is passed over: .*text\/system\.db is not a SQLite file/m,
    );
  });

  it('is one line of the list, and hides no other', async () => {
    const { status, stdout } = await spoken('status', '--all');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^text +cannot be read /m);
    expect(stdout).toMatch(/^quickstart-2 +stopped at digits +2 of 4 .* [\d.]+ kB$/m);
    expect(stdout).toMatch(/^quickstart +finished +4 of 4 /m);
    expect(stdout).toMatch(/^text: .*system\.db is not a SQLite file; /m);
    const summaries = summariesShape.parse(
      JSON.parse((await spoken('status', '--all', '--json')).stdout),
    );
    expect(summaries.map(({ run, kind }) => [run, kind])).toEqual([
      ['text', 'unreadable'],
      ['quickstart-2', 'branch'],
      ['quickstart', 'branch'],
    ]);
  });

  it('can be removed', async () => {
    const code = reported(await spoken('leaderboard', 'text', '--json'));
    expect(code).toMatchObject({ code: 'RUN_CORRUPT', run: 'text' });
    const removed = JSON.parse((await spoken('rm', 'text', '--yes', '--json')).stdout);
    expect(removed).toMatchObject({ run: 'text', removed: { total: expect.any(Number) } });
    expect(existsSync(text)).toBe(false);
  });
});

describe('a second run of a configuration', () => {
  it('says its name and why, and leaves nothing behind when it cannot start', async () => {
    const config = join(import.meta.dirname, '../../configs/quickstart.yaml');
    const { status, stderr } = await mu2net(folder, ['run', config], {
      MU2NET_PYTHON: '/no/python',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `mu2net: this new run is quickstart-3, because ${runs} has a run quickstart; 'npx mu2net resume quickstart' continues that one\n`,
    );
    expect(existsSync(join(runs, 'quickstart-3'))).toBe(false);
  });
});

describe('resume of a finished run', () => {
  it('needs neither its data nor a worker', async () => {
    const env = { MU2NET_PYTHON: '/no/python', MU2NET_DATA: '/nowhere' };
    const { status, stdout, stderr } = await mu2net(folder, ['resume', 'quickstart'], env);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'mu2net: quickstart is finished; nothing is left to do\n',
    });
    expect(stdout).toMatch(/^digits /m);
  });
});

describe('rm', () => {
  it('asks, and needs --yes where nobody can answer', async () => {
    const { status, stderr } = await spoken('rm', 'quickstart');
    expect(status).toBe(2);
    expect(stderr).toMatch(/quickstart \([\d.]+ kB, of which .* are components\) .*, add --yes/);
    expect(existsSync(recordFileOf(join(runs, 'quickstart')))).toBe(true);
  });

  it('refuses a branch and an unknown run', async () => {
    const branch = reported(await spoken('rm', 'quickstart:main-2', '--yes', '--json'));
    expect(branch).toMatchObject({ code: 'BRANCH_REFUSED', branch: 'main-2' });
    expect(branch.message).toContain("'npx mu2net drop quickstart:main-2'");
    expect(reported(await spoken('rm', 'nothing', '--yes', '--json')).code).toBe('RUN_UNKNOWN');
  });
});

describe('status --watch', () => {
  it('shows a run that nobody grows once', async () => {
    const { status, stdout } = await spoken('status', 'quickstart', '--watch');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^quickstart {2}finished {2}children: 4 of 4 trained, \d retained\nnpx mu2net leaderboard quickstart\n$/,
      ),
    });
    const lines = (await spoken('status', 'quickstart', '--watch', '--json')).stdout
      .trimEnd()
      .split('\n');
    const shown = z
      .tuple([statusShape.omit({ size: true })])
      .parse(lines.map((line) => JSON.parse(line)));
    expect(shown[0].state).toBe('finished');
  });
});
