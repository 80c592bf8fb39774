import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net, reported } from './cli.js';
import { verdictShape } from './shapes/problem.js';

const count = z.int().min(0);
const progressShape = z.discriminatedUnion('stage', [
  z.looseObject({ type: z.literal('progress'), stage: z.literal('prepare'), what: z.string() }),
  z.strictObject({
    type: z.literal('progress'),
    stage: z.enum(['decode', 'check', 'label']),
    what: z.string(),
    done: count,
    total: count,
  }),
]);
const preparedShape = z.strictObject({
  type: z.literal('prepared'),
  ready: z.boolean(),
  tasks: z.array(verdictShape),
});

/** Writes data as TFDS prepares it: images of one pixel. */
function prepare(folder: string, classes: number, splits: Readonly<Record<string, number>>): void {
  const { executable, pythonPath } = findPython();
  const sizes = Object.entries(splits).map(([split, size]) => `${split}=${size}`);
  const words = ['-m', 'tests.data.prepared', folder, `${classes}`, ...sizes];
  execFileSync(executable, words, { cwd: pythonPath });
}

async function run(cwd: string, ...words: string[]) {
  const env = { TFDS_DATA_DIR: cwd };
  const { status, stdout, stderr } = await mu2net(
    cwd,
    ['tasks', 'prepare', ...words, '--json'],
    env,
  );
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { ready, tasks } = preparedShape.parse(lines.pop());
  return { status, stderr, ready, tasks, progress: z.array(progressShape).parse(lines) };
}

const cachesIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('mu2net-'));

const OWN = `
name: own
tasks:
  - { name: own/dots, source: { kind: tfds, name: dots, version: 1.*.*, directory: . } }
  - { name: own/other, source: { kind: npz, path: other.npz } }
  - digits
`;

describe('mu2net tasks prepare', () => {
  it('decodes prepared data once for all tasks that share it, and then finds it ready', async () => {
    const tfds = temporaryFolder();
    const folder = join(tfds, 'dtd/3.0.1');
    prepare(folder, 47, { train: 1_880, validation: 1_880, test: 1_880 });
    const first = await run(tfds, 'dtd', 'dtd/1k', 'mnist', 'digits');
    expect(first).toMatchObject({ status: 0, stderr: '', ready: true });
    expect(first.tasks.map(({ task, ready }) => [task, ready])).toEqual([
      ['dtd', true],
      ['dtd/1k', true],
      ['mnist', true],
      ['digits', true],
    ]);
    const done = first.progress.filter((each) => each.stage === 'decode' && each.done === 1_880);
    expect(done.map(({ what }) => what)).toEqual(['dtd train', 'dtd validation', 'dtd test']);
    expect(cachesIn(folder)).toHaveLength(2);

    expect(await run(tfds, 'dtd')).toMatchObject({ status: 0, ready: true, progress: [] });
    const { stdout } = await mu2net(tfds, ['tasks', 'prepare', 'dtd'], { TFDS_DATA_DIR: tfds });
    expect(stdout).toBe('✓ dtd\n\n1 of 1 task ready\n');
  });

  it('names damaged data, and prepares the rest', async () => {
    const tfds = temporaryFolder();
    const folder = join(tfds, 'dtd/3.0.1');
    prepare(folder, 47, { train: 1_880, validation: 1_880, test: 1_879 });
    const { status, ready, tasks } = await run(tfds, 'dtd', 'mnist');
    expect({ status, ready }).toEqual({ status: 1, ready: false });
    expect(tasks.map((each) => each.ready)).toEqual([false, true]);
    expect(tasks[0]?.missing).toBe(
      `${folder} cannot be used: split test has 1879 examples where 1880 belong`,
    );
    expect(tasks[0]?.next[0]).toBe(`remove ${folder}`);
    expect(tasks[0]?.next.at(-1)).toBe('run npx mu2net tasks prepare dtd');
    expect(cachesIn(folder)).toEqual([]);
  });

  it('says where to put the files of data that is downloaded by hand', async () => {
    const tfds = temporaryFolder();
    const { status, tasks } = await run(tfds, 'resisc45');
    expect(status).toBe(1);
    const [task] = tasks;
    expect(task?.next[0]).toContain('download the rar file from https://');
    expect(task?.next[0]).toContain(join(tfds, 'downloads', 'manual'));
    expect(task?.next.at(-1)).toBe('run npx mu2net tasks prepare resisc45');
  });

  it('prepares the tasks of a configuration', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'own.yaml'), OWN);
    const step = 'npx mu2net tasks prepare own/dots --config own.yaml';
    const refused = await mu2net(folder, ['run', 'own.yaml']);
    expect(refused.stderr).toContain(`own.yaml:4:5: the data of task 'own/dots' is not there`);
    expect(refused.stderr).toContain(`prepare it with '${step}'`);

    prepare(join(folder, 'dots/1.0.3'), 3, { train: 40, test: 9 });
    const { status, tasks, progress } = await run(folder, '--config', 'own.yaml');
    expect(status).toBe(1);
    expect(tasks).toEqual([
      { task: 'own/dots', ready: true, missing: null, next: [] },
      {
        task: 'own/other',
        ready: false,
        missing: `no ${join(folder, 'other.npz')}`,
        next: ['correct its path in own.yaml'],
      },
      { task: 'digits', ready: true, missing: null, next: [] },
    ]);
    expect(progress.map(({ stage, what }) => `${stage} ${what}`)).toEqual([
      'decode dots train',
      'decode dots test',
      'label dots train',
      'label dots test',
    ]);

    const place = join(folder, 'dots/1.0.3');
    const publish = ['tasks', 'prepare', 'own/dots', '--config', 'own.yaml', '--to', 'published'];
    const { stdout, stderr } = await mu2net(folder, publish);
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringMatching(/^published own\/dots at .*\/published: [\d.]+ [kM]?B\n✓ own/),
      stderr: '',
    });
    const pointer = JSON.parse(readFileSync(`${place}.published.json`, 'utf8'));
    expect(pointer).toMatchObject({ version: 1, url: expect.stringMatching(/^\/.*published$/) });
    const secret = await mu2net(folder, [...publish.slice(0, -1), 's3://me:secret@bucket/data']);
    expect(secret.stderr).toContain('must not contain credentials');
    expect(secret.stderr).not.toContain('me:secret');
  });

  it('does not advise itself where it failed', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'own.yaml'), OWN);
    const { status, tasks } = await run(folder, 'own/dots', '--config', 'own.yaml');
    expect(status).toBe(1);
    expect(tasks).toEqual([
      {
        task: 'own/dots',
        ready: false,
        missing: expect.stringMatching(/TensorFlow|tensorflow/),
        next: [],
      },
    ]);
  });

  it('refuses unknown names, and a missing name', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'own.yaml'), OWN);
    const failed = async (...words: string[]) =>
      reported(await mu2net(folder, ['tasks', 'prepare', ...words, '--json']));
    expect((await failed('knist')).message).toContain("did you mean 'kmnist'?");
    const unknown = await failed('own/dot', '--config', 'own.yaml');
    expect(unknown).toEqual({
      code: 'TASK_UNKNOWN',
      message: "own.yaml has no task 'own/dot'; did you mean 'own/dots'?",
      task: 'own/dot',
      file: 'own.yaml',
    });
    expect((await failed()).code).toBe('USAGE');
  });

  it.skipIf(process.platform === 'win32')(
    'leaves no incomplete files when it is stopped',
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'own.yaml'), OWN);
      const prepared = join(folder, 'dots/1.0.0');
      prepare(prepared, 3, { train: 30 });
      const file = join(prepared, 'dots-train.tfrecord-00000-of-00001');
      const description = join(prepared, 'dataset_info.json');
      const [records, facts] = [readFileSync(file), readFileSync(description, 'utf8')];
      // So many examples that decoding them takes much longer than to notice that it has begun.
      writeFileSync(file, Buffer.concat(new Array(5_000).fill(records)));
      writeFileSync(description, facts.replace('["30"]', `["${30 * 5_000}"]`));
      const words = ['tasks', 'prepare', 'own/dots', '--config', 'own.yaml', '--json'];
      const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
      await vi.waitFor(() => expect(cachesIn(prepared)).toHaveLength(1), 240_000);

      const stderr: Buffer[] = [];
      child.stderr.on('data', (data) => stderr.push(data));
      child.kill('SIGINT');
      const [status] = await once(child, 'close');
      expect(status).toBe(130);
      expect(JSON.parse(Buffer.concat(stderr).toString()).error.code).toBe('CANCELLED');
      expect(cachesIn(prepared)).toEqual([]);

      writeFileSync(file, records);
      writeFileSync(description, facts);
      expect(await run(folder, 'own/dots', '--config', 'own.yaml')).toMatchObject({ ready: true });
    },
  );
});
