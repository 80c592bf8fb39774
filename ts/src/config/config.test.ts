import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { catalogueNames, tfdsDirectory } from '../catalogue/index.js';
import { ARCHITECTURE_SIZES } from '../domain/architecture.js';
import type { Mu2NetError } from '../domain/errors.js';
import { SCHEDULES } from '../domain/hyperparameters.js';
import { type ConfigInput, defineExperiment, loadExperiment, showExperiment } from './index.js';
import { schema } from './schema/config.js';
import { AUTO_TUNE } from './schema/published-ranges.js';
import type { TaskInput } from './schema/tasks.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mu2net-config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function written(text: string): string {
  const file = join(folder(), 'x.yaml');
  writeFileSync(file, text);
  return file;
}

const minimal = { name: 'x', tasks: ['digits'] } satisfies ConfigInput;

describe('the published ranges', () => {
  it.each(Object.entries(AUTO_TUNE))('%s hold each value once', (_, ranges) => {
    for (const range of Object.values<readonly unknown[]>(ranges))
      expect(new Set(range).size).toBe(range.length);
  });
});

describe('an experiment', () => {
  it('is complete and frozen', () => {
    const { experiment } = defineExperiment(minimal);
    expect(experiment.method.defaults).toMatchObject({ num_classes: 1, adapter_layers: [] });
    expect(experiment.method.ranges).toEqual(AUTO_TUNE.v2);
    expect(() => Object.assign(experiment.method.score, { base: 2 })).toThrow(TypeError);
    expect(() => Object.assign(experiment.method.defaults, { opt_lr: 2 })).toThrow(TypeError);
    expect(JSON.stringify(experiment)).not.toContain('undefined');
  });

  it('takes ranges beside and instead of the published ones', () => {
    const ranges = { opt_lr: [0.01], num_layers: [2, 3] };
    const { method } = defineExperiment({ ...minimal, ranges }).experiment;
    expect(method.ranges).toEqual({ ...AUTO_TUNE.v2, ...ranges });
    const own = defineExperiment({ ...minimal, autoTune: null, ranges }).experiment.method;
    expect(own.ranges).toEqual(ranges);
  });

  it('reads tasks in short and in full', () => {
    const tasks = ['mnist', 'private:digits'];
    const { experiment } = defineExperiment({ ...minimal, tasks });
    const full = [{ name: 'mnist' }, { name: 'digits', private: true }];
    expect(defineExperiment({ ...minimal, tasks: full }).experiment).toEqual(experiment);
    expect(experiment.tasks.map(({ isPrivate }) => isPrivate)).toEqual([false, true]);
  });

  it('takes all tasks of a benchmark by its name', () => {
    const names = (tasks: ConfigInput['tasks'], dataMustExist = false) =>
      defineExperiment({ ...minimal, tasks }, { dataMustExist }).experiment.tasks.map(
        (task) => `${task.isPrivate ? 'private:' : ''}${task.name}`,
      );
    expect(names({ benchmark: 'vit' })).toEqual(['imagenet2012', 'cifar100', 'cifar10']);
    expect(names({ benchmark: 'vtab-1k', private: true })).toHaveLength(25);
    expect(names({ benchmark: ['chars', 'vit'] })).toEqual([
      ...names({ benchmark: 'chars' }),
      ...names({ benchmark: 'vit' }),
    ]);
    expect(names({ benchmark: 'vtab-1k', private: true })[0]).toBe('private:caltech101/1k');
    expect(names({ benchmark: 'chars', optional: true }, true)).toContain('mnist');
  });

  it('has the published names of classes, which the configuration may replace', () => {
    const namesOf = (task: TaskInput) =>
      defineExperiment({ ...minimal, tasks: [task] }, { dataMustExist: false }).experiment.tasks[0]
        ?.classNames;
    expect(namesOf('fashion_mnist')?.slice(0, 2)).toEqual(['T-shirt/top', 'Trouser']);
    expect(namesOf('cifar100')).toHaveLength(100);
    expect(namesOf({ name: 'digits', classNames: ['zero'] })).toEqual(['zero']);
    const source = { kind: 'folder' as const, path: 'own' };
    expect(namesOf({ name: 'mnist', source })).toBeUndefined();
  });

  it('forgets what the catalogue knows of other splits of a task', () => {
    const splits = { train: 'train[:512]', validation: 'train[512:640]', test: 'test[:64]' };
    const [task] = defineExperiment({ ...minimal, tasks: [{ name: 'mnist', splits }] }).experiment
      .tasks;
    expect(task).toMatchObject({ splits, facts: null });
  });

  it('takes values from overrides', () => {
    const file = written('name: x\ntasks: [digits]\ntraining: { batchSize: 8 }\n');
    const { seed, training } = loadExperiment(file, {
      seed: 3,
      'training.batchSize': 16,
      'training.validationsPerChild': 1,
    }).experiment;
    expect(seed).toBe(3);
    expect(training).toMatchObject({ batchSize: 16, validationsPerChild: 1 });
  });
});

describe("a user's own data", () => {
  const custom = (path: string, more = {}) => ({
    ...minimal,
    tasks: [{ name: 'own', source: { kind: 'folder' as const, path }, ...more }],
  });

  it('is found beside the configuration file', () => {
    const file = written(
      'name: x\ntasks: [{ name: own, source: { kind: folder, path: ./own } }]\n',
    );
    mkdirSync(join(file, '../own/cat'), { recursive: true });
    const [task] = loadExperiment(file).experiment.tasks;
    expect(task).toEqual({
      name: 'own',
      isPrivate: false,
      source: { kind: 'folder', path: join(file, '../own') },
      splits: null,
      facts: null,
    });
  });

  it('may be what TensorFlow Datasets has prepared', () => {
    const baseDirectory = folder();
    const splits = { train: 'train', validation: 'cifar10_1/v4:test', test: 'test' };
    const source = {
      kind: 'tfds' as const,
      name: 'cifar10',
      version: '3.*.*',
      others: [{ name: 'cifar10_1/v4', version: '1.1.0' }],
    };
    const config = (more: object) => ({
      ...minimal,
      tasks: [{ name: 'cifar10', source: { ...source, ...more }, splits }],
    });
    const define = () => defineExperiment(config({ directory: '.' }), { baseDirectory });
    expect(define).toThrow(`no ${join(baseDirectory, 'cifar10/3.*.*')}; prepare it with TFDS`);
    for (const folder of ['cifar10/3.0.2', 'cifar10_1/v4/1.1.0']) {
      const path = join(baseDirectory, folder);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'dataset_info.json'), '{"name": "x", "splits": []}');
    }
    const { experiment } = define();
    expect(experiment.tasks[0]?.source).toEqual({
      ...source,
      directory: baseDirectory,
      image: 'image',
      label: { kind: 'key', key: 'label' },
    });
    const label = { kind: 'vtab', task: 'clevr/count_all' };
    const dry = defineExperiment(config({ label }), { baseDirectory, dataMustExist: false });
    expect(dry.experiment.tasks[0]?.source).toMatchObject({ directory: tfdsDirectory(), label });
  });

  it('is refused, left out, or not looked for where it is absent', () => {
    const baseDirectory = folder();
    const splits = { train: 'all[:9]', validation: 'all[9:10]', test: 'all[10:]' };
    const absent = custom('absent', { splits });
    expect(() => defineExperiment(absent, { baseDirectory })).toThrow(
      `the data of task 'own' is not there: no ${join(baseDirectory, 'absent')}; correct its path`,
    );
    const optional = {
      ...minimal,
      tasks: ['digits', { ...absent.tasks[0], name: 'own', optional: true }],
    };
    const { experiment, skipped } = defineExperiment(optional, { baseDirectory });
    expect(experiment.tasks.map(({ name }) => name)).toEqual(['digits']);
    expect(skipped.map(({ name }) => name)).toEqual(['own']);
    const dry = defineExperiment(absent, { baseDirectory, dataMustExist: false });
    expect(dry.experiment.tasks.map(({ name }) => name)).toEqual(['own']);
  });
});

describe('a mistake', () => {
  const head = 'name: x\ntasks: [digits]\n';
  it.each([
    [
      'hyperparameters:\n  optlr: 1',
      ":4:3: unknown key 'optlr' in hyperparameters; did you mean 'opt_lr'?",
    ],
    ['sead: 1', ":3:1: unknown key 'sead'; did you mean 'seed'?"],
    [
      'method: { score: { bass: 1 } }',
      ":3:20: unknown key 'bass' in method.score; did you mean 'base'?",
    ],
    ['seed: -1', ':3:1: seed must be 0 or more, not -1'],
    ['seed: 4294967296', ':3:1: seed must be 4294967295 or less, not 4294967296'],
    ['training: { batchSize: 1.5 }', ':3:13: training.batchSize must be a whole number, not 1.5'],
    ['hyperparameters:', ':3:1: hyperparameters must be a mapping, not null'],
    [
      'method: { name: mu2net++ }',
      ":3:11: method 'mu2net++' is not known; there are mu2net, mu2net+, baseline;",
      'METHOD_UNKNOWN',
    ],
    [
      'method: { policies: { parents: mu2net+ } }',
      ":3:23: unknown key 'parents' in method.policies; did you mean 'parent'?",
    ],
    [
      'method: { maxTaskPopulation: 0 }',
      ':3:11: method.maxTaskPopulation must be 1 or more, not 0',
    ],
    ['hyperparameters: { adapter_layers: every }', "must be a list of layers, or 'all'"],
    [
      'hyperparameters: { opt_lr_schedule: cosin }',
      'constant or cosine or linear or restarts, not "cosin"; did you mean',
    ],
    ['hyperparameters: { opt_lr: 0.013 }', 'hyperparameters.opt_lr 0.013 is not in its range'],
    [
      'hyperparameters: { opt_lr: 0.013 }',
      "of autoTune v2; give it a range of its own under 'ranges'",
    ],
    [
      'ranges: { opt_lr: [1] }',
      'hyperparameters.opt_lr 0.01 is not in its range [1] of ranges.opt_lr; add it there',
    ],
    ['ranges: { opt_lr: [0.01, 0.01] }', ':3:11: ranges.opt_lr has the same value twice'],
    [
      'hyperparameters: { ds_image_size: 33 }',
      'hyperparameters.ds_image_size 33 is not a multiple of the patch side 16 of Ti/16',
    ],
    ['ranges: { ds_image_size: [32, 40] }', ':3:11: ranges.ds_image_size 40 is not a multiple'],
    ['hyperparameters: { num_layers: 13 }', 'num_layers 13 is more than the 12 layers of Ti/16'],
    [
      'root: { architecture: Tiny }',
      ":3:9: root.architecture 'Tiny' is not known; write Ti, S, B, L",
    ],
    ['method: { alwaysClone: [norm] }', 'method.alwaysClone.0 cannot be "norm": not a component'],
    ['autoTune: [', 'not valid YAML'],
    ['name: y', ':3:1: not valid YAML: Map keys must be unique'],
  ])('in %s is told in one line', (text, message, code = 'CONFIG_INVALID') => {
    const file = written(`${head}${text}\n`);
    expect(() => loadExperiment(file)).toThrow(message);
    expect(() => loadExperiment(file)).toThrow(expect.objectContaining({ code }));
    expect(() => loadExperiment(file)).toThrow(/^.+x\.yaml:\d+:\d+: [^\n]+$/);
  });

  it.each([
    [
      '[minst]',
      'TASK_UNKNOWN',
      /unknown task 'minst'; did you mean 'mnist'\?.*source: \{ kind: folder/,
    ],
    ['{ benchmark: vtab }', 'CONFIG_INVALID', /:2:10: tasks\.benchmark must be vit, vtab-full,/],
    ['{ bench: vit }', 'CONFIG_INVALID', /tasks unknown key 'bench'; did you mean 'benchmark'/],
    [
      '[resisc45]',
      'DATA_MISSING',
      /no .*resisc45.*; to obtain it, see 'npx mu2net tasks doctor resisc45'/,
    ],
    ['[digits, private:digits]', 'CONFIG_INVALID', /:2:17: task 'digits' is listed twice/],
    ['[{ nme: digits }]', 'CONFIG_INVALID', /unknown key 'nme' in tasks\.0; did you mean 'name'\?/],
    [
      '[{ name: own, source: { kind: zip } }]',
      'CONFIG_INVALID',
      /must be idx, digits, folder, npz, webdataset, parquet, huggingface or tfds/,
    ],
    [
      '[{ name: own, optional: true, source: { kind: npz, path: y } }]',
      'DATA_MISSING',
      /no task is left/,
    ],
    ['[]', 'CONFIG_INVALID', /tasks must not be empty/],
  ])('in tasks %s is told', (tasks, code, message) => {
    const file = written(`name: x\ntasks: ${tasks}\n`);
    expect(() => loadExperiment(file)).toThrow(message);
    expect(() => loadExperiment(file)).toThrow(expect.objectContaining({ code }));
  });

  it('carries its place as fields', () => {
    const file = written(`${head}training: { batchSize: 0 }\n`);
    const subject = (load: () => unknown) => {
      try {
        return load();
      } catch (error) {
        return (error as Mu2NetError).subject;
      }
    };
    const place = { file, line: 3, column: 13, key: 'training.batchSize' };
    expect(subject(() => loadExperiment(file))).toEqual(place);
    const overrides = { 'training.batchSize': 0 };
    expect(subject(() => loadExperiment(written(head), overrides))).toEqual({
      file: expect.stringMatching(/x\.yaml$/),
      key: 'training.batchSize',
    });
    expect(subject(() => defineExperiment({ ...minimal, tasks: ['minst'] }))).toEqual({
      key: 'tasks.0',
      task: 'minst',
    });
  });

  it('in an override names it', () => {
    const file = written(head);
    expect(() => loadExperiment(file, { 'training.batchSize': 0 })).toThrow(
      `${file} with training.batchSize overridden: training.batchSize must be 1 or more, not 0`,
    );
  });

  it('in the name of the file is told', () => {
    expect(() => loadExperiment('absent.yaml')).toThrow('absent.yaml: there is no such file');
    expect(() => loadExperiment(folder())).toThrow('it cannot be read (EISDIR)');
    expect(() => loadExperiment(written(''))).toThrow(
      'the configuration must be a mapping, not null',
    );
  });
});

const configuration: fc.Arbitrary<ConfigInput> = fc
  .record({
    architecture: fc
      .tuple(fc.constantFrom(...ARCHITECTURE_SIZES), fc.integer({ min: 1, max: 32 }))
      .map(([size, patch]) => ({ name: `${size}/${patch}`, patch })),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    batchSize: fc.integer({ min: 1, max: 4_096 }),
    layers: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1 }),
    schedules: fc.uniqueArray(fc.constantFrom(...SCHEDULES), { minLength: 1 }),
    momentum: fc.uniqueArray(fc.constantFrom(null, 0.5, 0.9), { minLength: 1 }),
    side: fc.integer({ min: 1, max: 20 }),
    base: fc.double({ min: 0.01, max: 1, noNaN: true }),
    tasks: fc.shuffledSubarray([...catalogueNames()], { minLength: 1, maxLength: 4 }),
    isPrivate: fc.boolean(),
    classNames: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }),
  })
  .map(({ architecture, seed, batchSize, layers, schedules, momentum, side, base, ...rest }) => ({
    name: 'property',
    seed,
    root: { architecture: architecture.name },
    method: { score: { base } },
    training: { batchSize },
    hyperparameters: {
      num_layers: layers[0],
      opt_lr_schedule: schedules[0],
      opt_momentum: momentum[0],
      ds_image_size: side * architecture.patch,
    },
    autoTune: null,
    ranges: { num_layers: layers, opt_lr_schedule: schedules, opt_momentum: momentum },
    tasks: rest.tasks.map((name, at) =>
      at > 0 ? { name, classNames: rest.classNames } : rest.isPrivate ? `private:${name}` : name,
    ),
  }));

describe('showExperiment', () => {
  const options = { dataMustExist: false };

  it('is a configuration of the same experiment', () => {
    const file = written('');
    fc.assert(
      fc.property(
        configuration,
        fc.constantFrom('yaml' as const, 'json' as const),
        (input, format) => {
          const { experiment } = defineExperiment(input, options);
          writeFileSync(file, showExperiment(experiment, format));
          expect(loadExperiment(file, {}, options).experiment).toEqual(experiment);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('says what each key means', () => {
    const shown = showExperiment(defineExperiment(minimal).experiment);
    const described = (node: z.ZodType): readonly string[] => {
      const inner = node instanceof z.ZodPrefault ? (node.unwrap() as z.ZodType) : node;
      const children = inner instanceof z.ZodObject ? Object.values(inner.shape) : [];
      const own = node.description ? [node.description] : [];
      return [...own, ...children.flatMap((child) => described(child as z.ZodType))];
    };
    const descriptions = described(schema);
    expect(descriptions.length).toBeGreaterThan(40);
    for (const description of descriptions) expect(shown).toContain(`# ${description}`);
  });
});
