import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { findPrepared } from './prepared.js';

const INFO = {
  name: 'toy',
  fileFormat: 'array_record',
  splits: [
    { name: 'train', shardLengths: ['6', '4'] },
    {
      name: 'test',
      shardLengths: ['3'],
      filepathTemplate: '{SPLIT}/{DATASET}.{FILEFORMAT}-{SHARD_X_OF_Y}',
    },
    { name: 'empty' },
  ],
};

function prepare(directory: string, version = '1.0.0'): string {
  const folder = join(directory, 'toy', version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dataset_info.json'), JSON.stringify(INFO));
  return folder;
}

describe('findPrepared', () => {
  const dataset = { name: 'toy', version: '1.*.*' };
  const sizes = { train: 10, test: 3, empty: 0 };

  it('finds the latest of the versions that are wanted', () => {
    const tfds = temporaryFolder();
    for (const version of ['1.2.0', '1.10.0', '2.0.0']) prepare(tfds, version);
    const folder = join(tfds, 'toy/1.10.0');
    expect(findPrepared(tfds, dataset, sizes)).toEqual({ state: 'prepared', folder });
  });

  it('finds nothing where there is no such version', () => {
    const tfds = temporaryFolder();
    const absent = { state: 'absent', folder: join(tfds, 'toy/1.*.*') };
    expect(findPrepared(tfds, dataset, sizes)).toEqual(absent);
    prepare(tfds, '2.0.0');
    prepare(tfds, '1.0.0.incompleteABC');
    expect(findPrepared(tfds, dataset, sizes)).toEqual(absent);
  });

  it.each(['{"name":', '{"name": "toy"}', '{"splits": [{"name": "train", "shardLengths": 7}]}'])(
    'refuses the description %s',
    (text) => {
      const tfds = temporaryFolder();
      const folder = prepare(tfds);
      writeFileSync(join(folder, 'dataset_info.json'), text);
      const problem = 'dataset_info.json is missing or unreadable';
      expect(findPrepared(tfds, dataset, sizes)).toEqual({ state: 'damaged', folder, problem });
    },
  );

  it('refuses splits of another size, and missing ones', () => {
    const tfds = temporaryFolder();
    const folder = prepare(tfds);
    const problem = 'split train has 10 examples where 11 belong';
    const found = findPrepared(tfds, dataset, { train: 11 });
    expect(found).toEqual({ state: 'damaged', folder, problem });
    expect(findPrepared(tfds, dataset, { validation: 1 })).toMatchObject({
      problem: 'split validation is missing',
    });
  });
});
