import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prepared } from './prepared.js';

const INFO = {
  name: 'toy',
  fileFormat: 'array_record',
  splits: [
    { name: 'train', shardLengths: ['6', '4'] },
    { name: 'test', shardLengths: ['3'] },
  ],
};

const FILES = [
  'toy-train.array_record-00000-of-00002',
  'toy-train.array_record-00001-of-00002',
  'toy-test.array_record-00000-of-00001',
];

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mu2net-prepared-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function prepare(directory: string, version = '1.0.0'): string {
  const folder = join(directory, 'toy', version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dataset_info.json'), JSON.stringify(INFO));
  for (const file of FILES) writeFileSync(join(folder, file), 'x');
  return folder;
}

describe('prepared', () => {
  const dataset = { name: 'toy', version: '1.*.*' };
  const sizes = { train: 10, test: 3 };

  it('finds what is complete, the latest version of those wanted', () => {
    const tfds = directory();
    for (const version of ['1.2.0', '1.10.0', '2.0.0']) prepare(tfds, version);
    const folder = join(tfds, 'toy/1.10.0');
    expect(prepared(tfds, dataset, sizes)).toEqual({ state: 'complete', folder });
  });

  it('finds nothing where nothing of that version is', () => {
    const tfds = directory();
    const absent = { state: 'absent', folder: join(tfds, 'toy/1.*.*') };
    expect(prepared(tfds, dataset, sizes)).toEqual(absent);
    prepare(tfds, '2.0.0');
    prepare(tfds, '1.0.0.incompleteABC');
    expect(prepared(tfds, dataset, sizes)).toEqual(absent);
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'a description cut short',
      (folder) => writeFileSync(join(folder, 'dataset_info.json'), '{"name":'),
      'dataset_info.json is missing or unreadable',
    ],
    [
      'a description of something else',
      (folder) => writeFileSync(join(folder, 'dataset_info.json'), '{"splits":[{"name":"train"}]}'),
      'dataset_info.json is missing or unreadable',
    ],
    [
      'an empty shard',
      (folder) => writeFileSync(join(folder, FILES[1] ?? ''), ''),
      `file ${FILES[1]} is missing or empty`,
    ],
    [
      'a lost shard',
      (folder) => rmSync(join(folder, FILES[2] ?? '')),
      `file ${FILES[2]} is missing or empty`,
    ],
  ])('says what is wrong with %s', (_, harm, problem) => {
    const tfds = directory();
    const folder = prepare(tfds);
    harm(folder);
    expect(prepared(tfds, dataset, sizes)).toEqual({ state: 'broken', folder, problem });
  });

  it('says what is wrong with splits of another size, or none', () => {
    const tfds = directory();
    const folder = prepare(tfds);
    const problem = 'split train has 10 examples where 11 belong';
    expect(prepared(tfds, dataset, { train: 11 })).toEqual({ state: 'broken', folder, problem });
    expect(prepared(tfds, dataset, { validation: 1 })).toMatchObject({
      problem: 'split validation is missing',
    });
  });
});
