import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/runs.js';
import { allReported, mu2net, reported } from './cli.js';
import { checkedShape, simulationShape } from './shapes/experiment.js';

const folder = temporaryFolder();

beforeAll(() => {
  mkdirSync(join(folder, 'configs', 'deeper'), { recursive: true });
  const good =
    'name: good\ntasks: [mnist, digits]\nmethod: { samplesPerTask: 4, width: 2 }\ntaskIterations: 1\n';
  writeFileSync(join(folder, 'configs', 'good.yaml'), good);
  writeFileSync(join(folder, 'configs', 'deeper', 'bad.yml'), `${good}sede: 3\n`);
});

describe('config show', () => {
  it('shows every default, as YAML and as JSON', async () => {
    const yaml = parse((await mu2net(folder, ['config', 'show', 'configs/good.yaml'])).stdout);
    const json = JSON.parse(
      (await mu2net(folder, ['config', 'show', 'configs/good.yaml', '--json'])).stdout,
    );
    expect(yaml).toEqual(json);
    expect(json).toMatchObject({ name: 'good', seed: 0, method: { samplesPerTask: 4 } });
  });

  it('lets options override the configuration', async () => {
    const words = ['config', 'show', 'configs/good.yaml', '--json'];
    const set = ['--set', 'training.batchSize=64', '--set', 'ranges.opt_lr=[0.01, 0.1]'];
    expect(JSON.parse((await mu2net(folder, [...words, ...set])).stdout)).toMatchObject({
      training: { batchSize: 64 },
      ranges: { opt_lr: [0.01, 0.1] },
    });
  });
});

describe('config check', () => {
  it('checks every file of a folder', async () => {
    const { status, stdout } = await mu2net(folder, ['config', 'check', 'configs', '--json']);
    expect(status).toBe(1);
    expect(checkedShape.parse(JSON.parse(stdout))).toEqual([
      {
        file: 'configs/deeper/bad.yml',
        openSplits: [],
        moduleNotRun: null,
        errors: [
          {
            code: 'CONFIG_INVALID',
            message: expect.any(String),
            file: 'configs/deeper/bad.yml',
            line: 5,
            column: 1,
            key: 'sede',
          },
        ],
      },
      { file: 'configs/good.yaml', openSplits: [], moduleNotRun: null, errors: [] },
    ]);
  });

  it('tells all errors of a file, as lines and as a list', async () => {
    const text =
      'name: many\nseed: -1\nsede: 3\ntasks: [mnist, minst, digits, digits]\nmethod: { name: nosuch, width: 4000000000 }\nhyperparameters: { opt_lr: 0.013 }\n';
    writeFileSync(join(folder, 'many.yaml'), text);
    const { status, stdout } = await mu2net(folder, ['config', 'check', 'many.yaml']);
    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '✗ many.yaml:2:1: seed must be 0 or more, not -1',
      "✗ many.yaml:3:1: unknown key 'sede'; did you mean 'seed'?",
      expect.stringMatching(/^✗ many\.yaml:4:16: unknown task 'minst'; did you mean 'mnist'\?/),
      expect.stringMatching(/^✗ many\.yaml:4:31: task 'digits' is listed twice/),
      expect.stringMatching(/^✗ many\.yaml:5:11: method 'nosuch' is not known/),
      '✗ many.yaml:5:25: method.width must be 4096 or less, not 4000000000',
      expect.stringMatching(/^✗ many\.yaml:6:20: hyperparameters\.opt_lr 0\.013 is not in its/),
      '1 of 1 configuration must be corrected',
    ]);
    const listed = (await mu2net(folder, ['config', 'check', 'many.yaml', '--json'])).stdout;
    expect(checkedShape.parse(JSON.parse(listed))[0]?.errors.map(({ key }) => key)).toEqual([
      'seed',
      'sede',
      'tasks.1',
      'tasks.3',
      'method.name',
      'method.width',
      'hyperparameters.opt_lr',
    ]);
    const run = await mu2net(folder, ['run', 'many.yaml']);
    expect(run.status).toBe(1);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(7);
    expect(run.stderr).toMatch(/^(mu2net: many\.yaml:\d+:\d+: [^\n]+\n){7}$/);
    const errors = allReported(await mu2net(folder, ['run', 'many.yaml', '--json']));
    expect(errors.map(({ code }) => code)).toContain('TASK_UNKNOWN');
    expect(errors).toHaveLength(7);
  });

  it('fails for a place that has nothing to check', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const place of ['empty', 'nowhere', 'nowhere.yaml']) {
      const { status, stdout, stderr } = await mu2net(folder, ['config', 'check', place]);
      expect(stdout + stderr).toMatch(
        /empty: no \.yaml file in this folder|nowhere(\.yaml)?: there is no such file/,
      );
      expect(status).toBe(1);
    }
    const { stdout } = await mu2net(folder, ['config', 'check', 'empty', 'configs/good.yaml']);
    expect(stdout).toMatch(/^✗ empty: .*\n✓ configs\/good\.yaml\n1 of 2 configurations must be /);
  });

  it('names the place and the nearest key', async () => {
    const { stdout } = await mu2net(folder, ['config', 'check', 'configs']);
    expect(stdout).toMatch(/^✗ configs\/deeper\/bad\.yml:5:.*unknown key 'sede'.*'seed'/m);
    expect(stdout).toMatch(/^1 of 2 configurations must be corrected$/m);
    expect(await mu2net(folder, ['config', 'check', 'configs/good.yaml'])).toMatchObject({
      status: 0,
    });
  });
});

describe('a task whose splits are not given', () => {
  const config = 'own.yaml';
  beforeAll(() => {
    const task = '{ name: own, source: { kind: folder, path: own } }';
    writeFileSync(join(folder, config), `name: own\ntasks: [${task}]\n`);
  });

  it('is shown as open', async () => {
    const { stdout } = await mu2net(folder, ['config', 'show', config]);
    expect(stdout).toMatch(/^ +splits: null # chosen when the data is read$/m);
    expect(parse(stdout).tasks).toMatchObject([{ name: 'own', splits: null, facts: null }]);
  });

  it('is reported by config check', async () => {
    const { status, stdout } = await mu2net(folder, ['config', 'check', config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ own\.yaml; the splits of own are chosen when the data is read$/m);
    const checked = (await mu2net(folder, ['config', 'check', config, '--json'])).stdout;
    expect(checkedShape.parse(JSON.parse(checked))[0]?.openSplits).toEqual(['own']);
  });

  it('is not simulated', async () => {
    const answer = await mu2net(folder, ['simulate', config, '--json']);
    expect(answer.status).toBe(1);
    expect(reported(answer)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^task 'own': a simulation .* declare splits: .* and facts: /),
    });
  });
});

describe('simulate', () => {
  it('counts children, sizes and cost', async () => {
    const words = ['simulate', 'configs/good.yaml', '--flops-per-second', '2e12', '--json'];
    const { stdout } = await mu2net(folder, words);
    const { tasks, children, flops, hours, system } = simulationShape.parse(JSON.parse(stdout));
    expect(children).toBe(8);
    expect(tasks.map(({ task, children: own }) => [task, own])).toEqual([
      ['mnist', 4],
      ['digits', 4],
    ]);
    expect(hours).toBeCloseTo(flops / 2e12 / 3600, 12);
    expect(system.rows).toHaveLength(2);
  });

  it('tells a time only at a rate that the user gives', async () => {
    const words = ['simulate', 'configs/good.yaml'];
    const { stdout } = await mu2net(folder, words);
    expect(stdout).toMatch(/^the operations .* are counted, not measured/m);
    expect(stdout).not.toMatch(/ on one accelerator|\d s /);
    const { hours, flopsPerSecond } = simulationShape.parse(
      JSON.parse((await mu2net(folder, [...words, '--json'])).stdout),
    );
    expect({ hours, flopsPerSecond }).toEqual({ hours: null, flopsPerSecond: null });
    const rated = (await mu2net(folder, [...words, '--flops-per-second', '1e9'])).stdout;
    expect(rated).toMatch(/ at 1\.00 GFLOP\/s, the rate that was given$/m);
  });

  it('takes a seed, before that of the configuration and of --set', async () => {
    const words = ['simulate', 'configs/good.yaml', '--json'];
    const of = async (...more: string[]) => (await mu2net(folder, [...words, ...more])).stdout;
    expect(await of('--seed', '5')).toBe(await of('--set', 'seed=5'));
    expect(await of('--seed', '5', '--set', 'seed=6')).toBe(await of('--seed', '5'));
    expect(await of('--seed', '5')).not.toBe(await of());
  });

  it('is the same each time', async () => {
    const first = (await mu2net(folder, ['simulate', 'configs/good.yaml'])).stdout;
    const second = (await mu2net(folder, ['simulate', 'configs/good.yaml'])).stdout;
    expect(first).toMatch(/^mnist +4 /m);
    expect(second).toBe(first);
  });
});

describe('a configuration that does not load', () => {
  it.each([
    [
      'no such file',
      ['run', 'nowhere.yaml'],
      'CONFIG_INVALID',
      /nowhere\.yaml: there is no such file/,
    ],
    ['an unknown key', ['run', 'configs/deeper/bad.yml'], 'CONFIG_INVALID', /'sede'.*'seed'/],
    [
      'an unknown key in --set',
      ['run', 'configs/good.yaml', '--set', 'training.batchsize=3'],
      'CONFIG_INVALID',
      /'batchsize'.*'batchSize'/,
    ],
    [
      'an unknown task',
      ['run', 'configs/good.yaml', '--set', 'tasks=[minst]'],
      'TASK_UNKNOWN',
      /'minst'.*'mnist'/,
    ],
  ])('is one line: %s', async (_, words, code, message) => {
    const answer = await mu2net(folder, [...words, '--json']);
    expect({ status: answer.status, stdout: answer.stdout }).toEqual({ status: 1, stdout: '' });
    expect(reported(answer)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a published experiment whose data is not here', () => {
  const config = join(import.meta.dirname, '../../configs/mu2net/vit-large-vdd.yaml');

  it('does not run, and the error says what to do next', async () => {
    const environment = { TFDS_DATA_DIR: join(folder, 'nothing') };
    const answer = await mu2net(folder, ['run', config, '--json'], environment);
    expect({ status: answer.status, stdout: answer.stdout }).toEqual({ status: 1, stdout: '' });
    expect(allReported(answer)).toHaveLength(10);
    expect(reported(answer)).toMatchObject({
      code: 'DATA_MISSING',
      message: expect.stringMatching(
        /task 'visual_domain_decathlon\/imagenet12' is not there.*mu2net tasks prepare/,
      ),
    });
  });
});

describe('an invalid command line', () => {
  it.each([
    ['an unknown command', ['simulat'], /unknown command 'simulat'.*simulate/],
    ['an unknown flag', ['status', '--al'], /unknown option '--al'.*--all/],
    ['a missing argument', ['run'], /the argument 'config' is missing/],
    ['one argument too many', ['status', 'a', 'b'], /too many arguments/],
    ['no number', ['run', 'configs/good.yaml', '--workers', 'two'], /--workers.*whole number/],
    ['no memory', ['resume', '--memory', '0GB'], /--memory.*'50%' or '16GB'/],
    ['no precision', ['resume', '--precision', 'int8'], /--precision.*auto, float32, bfloat16/],
    ['no rate', ['simulate', 'configs/good.yaml', '--flops-per-second', '-1'], /positive number/],
    ['no assignment', ['run', 'configs/good.yaml', '--set', 'seed'], /--set.*key\.path=value/],
    ['no YAML', ['run', 'configs/good.yaml', '--set', 'tasks=[mnist'], /--set.*not valid YAML/],
    ['no seed', ['run', 'configs/good.yaml', '--seed', '-1'], /--seed.*from 0 to 4294967295/],
    ['a seed too large', ['simulate', 'configs/good.yaml', '--seed', '4294967296'], /--seed/],
    ['a name too long', ['run', 'configs/good.yaml', '--name', 'x'.repeat(101)], /at most 100/],
    ['a name that is a path', ['run', 'configs/good.yaml', '--name', '../up'], /--name/],
  ])('is one line and status 2: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await mu2net(folder, words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mu2net: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(reported(await mu2net(folder, [...words, '--json']))).toMatchObject({ code: 'USAGE' });
  });

  it('shows the help if no command is given', async () => {
    expect(await mu2net(folder, [])).toMatchObject({ status: 2, stdout: '' });
    const { status, stdout } = await mu2net(folder, ['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('simulate');
    expect(await mu2net(folder, ['--version'])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('a stack', () => {
  const words = ['config', 'show', 'nowhere.yaml'];

  it('is shown only on request', async () => {
    expect((await mu2net(folder, words)).stderr).not.toContain('    at ');
    expect((await mu2net(folder, [...words, '--trace'])).stderr).toContain('    at ');
    expect((await mu2net(folder, words, { MU2NET_TRACE: '1' })).stderr).toContain('    at ');
  });
});
