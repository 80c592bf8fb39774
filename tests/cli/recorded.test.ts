import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { defineExperiment } from '../../ts/src/config/index.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { readXml } from '../support/xml.js';
import { mu2net, reported } from './cli.js';
import {
  childrenShape,
  drawnShape,
  leaderboardShape,
  pathShape,
  pictureShape,
  reportShape,
  statusShape,
  summariesShape,
} from './shapes/run.js';

const folder = temporaryFolder();
let best: number;

/** Grows a finished run `first`, then `second`, which stops in the middle of its second task. */
beforeAll(async () => {
  const { experiment } = defineExperiment(
    {
      name: 'first',
      method: { samplesPerTask: 4, width: 2 },
      hyperparameters: { num_layers: 2 },
      tasks: ['mnist', { name: 'digits', private: true }],
      taskIterations: 1,
    },
    { dataMustExist: false },
  );
  const pool = poolOf(experiment, { diverging: new Set([2]) });
  const runs = join(folder, 'runs');
  await growDirectory(experiment, { folder: runs, pool });
  const stop = new AbortController();
  const stopped = growDirectory(experiment, {
    folder: runs,
    name: 'second',
    pool,
    signal: stop.signal,
    onEvent(event) {
      if (event.type === 'generation' && event.task === 'digits') stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  const answer = await mu2net(folder, ['leaderboard', 'first', '--json']);
  best = leaderboardShape.parse(JSON.parse(answer.stdout)).rows[0]?.pathId ?? -1;
});

async function json<T>(words: readonly string[], shape: z.ZodType<T>): Promise<T> {
  const { status, stdout, stderr } = await mu2net(folder, [...words, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return shape.parse(JSON.parse(stdout));
}

async function text(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await mu2net(folder, words);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^(mu2net: this is second, the latest run\n)?$/),
  });
  return stdout;
}

describe('report', () => {
  it('shows published figures beside those of a run', async () => {
    const { rows, ...head } = await json(['report', 'first', '--against', 'paper'], reportShape);
    expect(head).toEqual({ run: 'first', method: 'mu2net', architecture: 'Ti/16' });
    expect(rows.map(({ task, published }) => [task, published.map(({ paper }) => paper)])).toEqual([
      ['mnist', ['mu2net']],
      ['digits', []],
    ]);
    const lines = await text('report', 'first');
    expect(lines).toMatch(/^mnist +\d+\.\d\d % +99\.75 % +−\d+\.\d\d +– +–$/m);
    expect(lines).toMatch(/^published for 1 of 2 tasks\nnothing is published for digits$/m);
  });

  it('refuses any other source', async () => {
    expect(await mu2net(folder, ['report', 'first', '--against', 'nature'])).toMatchObject({
      status: 2,
    });
  });
});

describe('children', () => {
  it('lists every child with what it was, how it trained, and why it was retained or not', async () => {
    const { run, children } = await json(['children', 'first'], childrenShape);
    expect(run).toBe('first');
    expect(children).toHaveLength(8);
    expect(children[0]).toMatchObject({
      pathId: 1,
      task: 'mnist',
      worker: 'null-0',
      retained: true,
      reason: 'it had no bar to reach',
    });
    expect(children.find(({ pathId }) => pathId === 2)?.failure).toEqual(expect.any(String));
    const discarded = children.filter(({ retained }) => !retained);
    for (const { qualities, qualityBar, reason } of discarded) {
      if (qualityBar === null) continue;
      expect(Math.max(...qualities)).toBeLessThan(qualityBar);
      expect(reason).toContain(`its bar was ${qualityBar.toFixed(4)}`);
    }
    const said = await text('children', 'first');
    expect(said).toMatch(/^path +parent +task +generation +validations +score +time +worker /m);
    expect(said).toMatch(/^ +1 +0 +mnist +0\.0 .* null-0 .* retained: it had no bar to reach$/m);
  });

  it('are selected, sorted and written as CSV', async () => {
    const words = ['--task', 'digits', '--sort', 'quality', '--limit', '2', '--format', 'csv'];
    const written = await text('children', 'first', ...words);
    const [titles, ...rows] = written.trimEnd().split('\n');
    expect(titles).toMatch(/^pathId,parentId,task,.*,opt_lr,/);
    expect(rows.map((row) => row.split(',')[2])).toEqual(['digits', 'digits']);
    expect(await text('children', 'first', '--task', 'nothing')).toBe(
      'first\nnone of 8 children\n',
    );
    const refused = await mu2net(folder, ['children', 'first', '--format', 'parquet']);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('needs --out') });
  });
});

describe('records', () => {
  it('are written to a folder, and the files are named', async () => {
    const { files, ...rest } = JSON.parse(await text('records', 'first', '--json'));
    expect(rest).toEqual({ run: 'first', format: 'csv' });
    expect(files).toContain(join(folder, 'records', 'first-csv', 'children.csv'));
    for (const file of files) expect(readFileSync(file, 'utf8')).toMatch(/^\w+,/);
  });
});

describe('status', () => {
  it('uses the latest run and says how to continue', async () => {
    expect(await json(['status'], statusShape)).toMatchObject({
      run: 'second',
      state: 'stopped',
      finished: false,
      task: 'digits',
      iterationsDone: 1,
      childrenDone: 4,
      children: 8,
      failures: [{ pathId: 2, task: 'mnist' }],
    });
    const said = await text('status');
    expect(said).toMatch(/^second {2}stopped, task iteration 2 of 2 \(digits\)$/m);
    expect(said).toContain('npx mu2net resume second');
  });

  it('accepts the name or the directory of a run', async () => {
    expect(await json(['status', 'first'], statusShape)).toMatchObject({
      run: 'first',
      finished: true,
    });
    expect(await json(['status', 'runs/first'], statusShape)).toMatchObject({ run: 'first' });
  });

  it('lists all runs, latest first', async () => {
    const runs = await json(['status', '--all'], summariesShape);
    expect(runs.map((each) => each.run)).toEqual(['second', 'first']);
    expect(await text('status', '--all')).toMatch(
      /^second +stopped at digits +4 of 8 .*B\nfirst +finished +8 of 8 .*B$/m,
    );
  });

  it('uses the folder of --runs or MU2NET_RUNS', async () => {
    const elsewhere = join(folder, 'elsewhere');
    for (const answer of [
      await mu2net(folder, ['status', '--runs', elsewhere, '--json']),
      await mu2net(folder, ['status', '--json'], { MU2NET_RUNS: elsewhere }),
    ]) {
      expect(answer.status).toBe(1);
      expect(reported(answer)).toEqual({
        code: 'RUN_UNKNOWN',
        message: expect.stringContaining(elsewhere),
        file: elsewhere,
      });
    }
    expect((await mu2net(folder, ['status', '--all', '--runs', elsewhere])).stdout).toContain(
      'no run in',
    );
  });
});

describe('leaderboard', () => {
  it('has a row per finished task', async () => {
    const { rows } = await json(['leaderboard', 'first'], leaderboardShape);
    expect(rows.map(({ task, isPrivate }) => [task, isPrivate])).toEqual([
      ['mnist', false],
      ['digits', true],
    ]);
    for (const { lineage, testAccuracy } of rows) {
      expect(lineage.at(-1)).toBe('root');
      expect(testAccuracy).not.toBeNull();
    }
    expect((await json(['leaderboard'], leaderboardShape)).rows.map(({ task }) => task)).toEqual([
      'mnist',
    ]);
  });

  it('is a plain table without a terminal', async () => {
    const said = await text('leaderboard', 'first');
    expect(said).toMatch(/^mnist +\d+\.\d\d % .* root → mnist$/m);
    expect(said).toMatch(/^digits \(private\) /m);
    expect(said).not.toContain('\u001b');
  });
});

describe('show', () => {
  it('accepts a task, which stands for its best path, or the number of a path', async () => {
    const path = await json(['show', 'mnist', '--run', 'first'], pathShape);
    expect(path).toMatchObject({ pathId: best, task: 'mnist', living: true });
    expect(await json(['show', String(best), '--run', 'first'], pathShape)).toEqual(path);
    expect(path.components.every(({ users }) => users.includes('mnist'))).toBe(true);
    expect(path.lineage.at(-1)).toEqual({ pathId: 0, task: null, quality: null });
  });

  it('shows a root model', async () => {
    const said = await text('show', '0');
    expect(said).toMatch(/^path 0 {2}root model$/m);
    expect(said).toMatch(/^head +[\d,]+ +root +0\/head +root/m);
  });

  it('refuses text that is neither a path nor a task', async () => {
    const answer = await mu2net(folder, ['show', 'cats', '--json']);
    expect(answer.status).toBe(1);
    expect(reported(answer)).toMatchObject({ code: 'PATH_UNKNOWN' });
  });
});

describe('a run that does not exist', () => {
  it.each(['status', 'leaderboard', 'resume'])(
    'is an error of one line, with the nearest name: %s',
    async (command) => {
      const { status, stdout, stderr } = await mu2net(folder, [command, 'frist']);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^mu2net: there is no run 'frist' in .*; did you mean 'first'\?\n$/);
    },
  );
});

it('refuses the name of an existing run', async () => {
  const config = join(import.meta.dirname, '../../configs/quickstart.yaml');
  const answer = await mu2net(folder, ['run', config, '--name', 'first', '--json']);
  expect(answer.status).toBe(1);
  const line = answer.stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(reported({ ...answer, stderr: line })).toMatchObject({ code: 'RUN_EXISTS' });
});

describe('show of a whole system', () => {
  it('is drawn to standard output or into a file', async () => {
    const svg = await text('show', '--run', 'first', '--svg');
    const elements = readXml(svg);
    expect(elements.find(({ name }) => name === 'desc')?.text).toMatch(
      /mnist uses .* digits uses /,
    );
    expect(await text('show', '--run', 'first', '--svg', 'first.svg')).toBe(
      'first.svg shows first\n',
    );
    expect(readFileSync(join(folder, 'first.svg'), 'utf8')).toBe(svg);
    expect(await text('show', 'mnist', '--run', 'first', '--svg')).not.toContain('digits');
  });

  it('is a table of owners without --svg', async () => {
    const said = await text('show', '--run', 'first');
    expect(said).toMatch(/^root +root +root .* root +–$/m);
    expect(said).toMatch(/^mnist .* own +\d+\.\d\d %$/m);
    const { rows } = await json(['show', '--run', 'first'], pictureShape);
    expect(rows.map(({ task }) => task)).toEqual([null, 'mnist', 'digits']);
  });

  it('is one of the pictures that draw makes, with its data and table as JSON', async () => {
    const drawn = await json(
      ['draw', 'first', '--picture', 'lineage', '--theme', 'dark', '--out', 'lineage.png'],
      drawnShape,
    );
    expect(drawn).toMatchObject({ run: 'first', kind: 'lineage', title: 'Lineage' });
    expect(drawn.table.rows.map(([model]) => model).sort()).toEqual(['digits', 'mnist', 'root']);
    const png = readFileSync(join(folder, 'lineage.png'));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  });

  it('is on the page that report writes, with the configuration and the environment', async () => {
    expect(await text('report', 'first', '--html', 'first.html')).toBe('first.html shows first\n');
    const page = readFileSync(join(folder, 'first.html'), 'utf8');
    const elements = readXml(page.slice(page.indexOf('\n')));
    const textOf = (name: string) => elements.filter((each) => each.name === name);
    expect(textOf('pre')[0]?.text).toContain('samplesPerTask: 4');
    expect(textOf('h1')[0]?.text).toBe('first');
    expect(textOf('th').map((each) => each.text)).toEqual(
      expect.arrayContaining(['mnist', 'digits', 'JAX', 'opt_lr']),
    );
  });

  it('names a file that cannot be written', async () => {
    const answer = await mu2net(folder, ['show', '--run', 'first', '--svg', 'no/x.svg', '--json']);
    expect(reported(answer)).toMatchObject({ code: 'FILE_MISSING', file: 'no/x.svg' });
  });
});
