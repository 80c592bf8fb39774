import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';
import { verdictShape } from './shapes/problem.js';

const folder = temporaryFolder();
const nowhere = { TFDS_DATA_DIR: join(folder, 'nowhere') };

const listed = z.array(
  z.looseObject({
    name: z.string(),
    benchmark: z.string().nullable(),
    facts: z.looseObject({ numClasses: z.number() }),
    ready: z.boolean(),
    missing: z.string().nullable(),
  }),
);

const list = async (...words: string[]) =>
  listed.parse(JSON.parse((await mu2net(folder, ['tasks', ...words, '--json'], nowhere)).stdout));

const doctor = z.strictObject({
  ready: z.boolean(),
  tasks: z.array(verdictShape),
});

describe('mu2net tasks', () => {
  it("lists the papers' 129 tasks, and says which are ready", async () => {
    const tasks = await list();
    expect(tasks).toHaveLength(129);
    const ready = tasks.filter((task) => task.ready).map(({ name }) => name);
    expect(ready.filter((name) => name !== 'fashion_mnist')).toEqual(['mnist']);
    expect(tasks.find(({ name }) => name === 'dtd')?.missing).toContain('nowhere/dtd');
  });

  it('filters by benchmark, text and readiness', async () => {
    const names = async (...words: string[]) => (await list(...words)).map(({ name }) => name);
    expect(await names('--benchmark', 'vit')).toEqual(['imagenet2012', 'cifar100', 'cifar10']);
    expect(await names('EMNIST', '--benchmark', 'chars')).toEqual([
      'emnist/digits',
      'emnist/letters',
    ]);
    expect(await names('--benchmark', 'none')).toEqual(['digits']);
    expect(await names('--ready', '--benchmark', 'chars')).toEqual(['mnist']);
  });

  it('prints a table for people', async () => {
    const { stdout } = await mu2net(folder, ['tasks', 'kmnist'], nowhere);
    expect(stdout).toMatch(/^kmnist +chars +10 +57,000 +28×28, grey +no$/m);
    expect(stdout).toMatch(/^1 task, 0 ready here$/m);
  });

  it('refuses an unknown benchmark', async () => {
    const answer = await mu2net(folder, ['tasks', '--benchmark', 'vtab', '--json']);
    expect(answer.status).toBe(2);
    expect(reported(answer).message).toContain('vtab-full');
  });
});

describe('mu2net tasks show', () => {
  it('shows a task and its published results', async () => {
    const { stdout } = await mu2net(folder, ['tasks', 'show', 'private:dtd'], nowhere);
    expect(stdout).toContain('published   82.23 % (µ2Net+, ViT-L/16)');
    expect(stdout).toMatch(/^ +validation +1,880 +validation$/m);
    expect(stdout).toContain('npx mu2net tasks doctor dtd');
  });

  it('refuses an unknown task, and suggests the nearest name', async () => {
    const answer = await mu2net(folder, ['tasks', 'show', 'clevr/count_al', '--json']);
    expect(answer.status).toBe(1);
    expect(reported(answer)).toEqual({
      code: 'TASK_UNKNOWN',
      message: "the catalogue has no task 'clevr/count_al'; did you mean 'clevr/count_all'?",
      task: 'clevr/count_al',
    });
  });
});

describe('mu2net tasks doctor', () => {
  const examine = async (env: Record<string, string>, ...names: string[]) => {
    const { status, stdout } = await mu2net(folder, ['tasks', 'doctor', ...names, '--json'], env);
    return { status, ...doctor.parse(JSON.parse(stdout)) };
  };

  it('finds tasks with data ready', async () => {
    const { status, ready, tasks } = await examine(nowhere, 'mnist', 'digits');
    expect({ status, ready }).toEqual({ status: 0, ready: true });
    expect(tasks.map(({ next }) => next)).toEqual([[], []]);
  });

  it('says what is missing for others and the next step, and fails', async () => {
    const { status, tasks } = await examine(nowhere, 'mnist', 'kmnist');
    expect(status).toBe(1);
    expect(tasks[1]).toMatchObject({ task: 'kmnist', ready: false });
    expect(tasks[1]?.missing).toContain(join('nowhere', 'kmnist', '3.*.*'));
    expect(tasks[1]?.next.at(-1)).toBe('run npx mu2net tasks prepare kmnist');
  });

  it('surveys every task without failing', async () => {
    const { status, tasks } = await examine(nowhere);
    expect(status).toBe(0);
    expect(tasks).toHaveLength(130);
    for (const { ready, next } of tasks) expect(next.length > 0).toBe(!ready);
  });

  it('distinguishes prepared data from damaged data', async () => {
    const prepared = join(folder, 'tfds', 'kmnist', '3.0.1');
    mkdirSync(prepared, { recursive: true });
    const shards = { train: ['60000'], test: ['10000'] };
    writeFileSync(
      join(prepared, 'dataset_info.json'),
      JSON.stringify({
        name: 'kmnist',
        fileFormat: 'array_record',
        splits: Object.entries(shards).map(([name, shardLengths]) => ({ name, shardLengths })),
      }),
    );
    const env = { TFDS_DATA_DIR: join(folder, 'tfds') };
    expect(await examine(env, 'kmnist')).toMatchObject({ status: 0, ready: true });
    writeFileSync(join(prepared, 'dataset_info.json'), '{"name": "kmnist"');
    const [task] = (await examine(env, 'kmnist')).tasks;
    expect(task?.missing).toMatch(
      /3\.0\.1 cannot be used: dataset_info\.json is missing or unreadable$/,
    );
    expect(task?.next[0]).toBe(`remove ${prepared}`);
  });
});
