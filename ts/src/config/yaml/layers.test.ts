import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { loadExperiment } from '../index.js';

describe('a configuration that extends another', () => {
  /** Writes files by name into a new folder and gives the path of the first. */
  const files = (texts: Record<string, string>) => {
    const base = temporaryFolder();
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(join(base, name, '..'), { recursive: true });
      writeFileSync(join(base, name), text);
    }
    return join(base, Object.keys(texts)[0] as string);
  };

  it('merges mappings, and replaces anything else', () => {
    const file = files({
      'deep/a.yaml': 'extends: ../b.yaml\nname: a\ntraining: { batchSize: 8 }\ntasks: [mnist]\n',
      'b.yaml': 'extends: ./c.yaml\nname: b\nseed: 3\ntraining: { batchSize: 16 }\n',
      'c.yaml':
        'name: c\nseed: 4\ntraining: { batchSize: 32, validationsPerChild: 9 }\ntasks: [digits, mnist]\n',
    });
    const { experiment } = loadExperiment(file);
    expect(experiment).toMatchObject({ name: 'a', seed: 3 });
    expect(experiment.training).toMatchObject({ batchSize: 8, validationsPerChild: 9 });
    expect(experiment.tasks.map(({ name }) => name)).toEqual(['mnist']);
    const set = loadExperiment(file, { 'training.validationsPerChild': 2 }).experiment.training;
    expect(set).toMatchObject({ batchSize: 8, validationsPerChild: 2 });
  });

  it('leaves paths relative to the file in which they stand', () => {
    const file = files({
      'a.yaml': 'extends: deep/b.yaml\nname: a\n',
      'deep/b.yaml':
        'name: b\ncontinueFrom: runs/x\ntasks: [{ name: own, source: { kind: folder, path: own } }]\n',
    });
    mkdirSync(join(file, '../deep/own/cat'), { recursive: true });
    const { experiment } = loadExperiment(file);
    expect(experiment.tasks[0]?.source).toMatchObject({ path: join(file, '../deep/own') });
    expect(experiment.continueFrom).toBe(join(file, '../deep/runs/x'));
  });

  it('may name it by an absolute path', () => {
    const base = files({ 'b.yaml': 'seed: 3\ntasks: [digits]\n' });
    const file = files({ 'a.yaml': `extends: ${base}\nname: a\n` });
    expect(loadExperiment(file).experiment).toMatchObject({ name: 'a', seed: 3 });
  });

  it.each([
    [
      'a mistake in the base',
      { 'b.yaml': 'tasks: [digits]\nseed: -1\n' },
      /b\.yaml:2:1: seed must/,
    ],
    [
      'a misspelt key in the base',
      { 'b.yaml': 'tasks: [digits]\nsead: 1\n' },
      /b\.yaml:2:1: unknown key 'sead'/,
    ],
    ['a base that is no YAML', { 'b.yaml': 'tasks: [' }, /b\.yaml:1:9: not valid YAML/],
    ['no base', {}, /a\.yaml:1:1: .+b\.yaml: there is no such file; correct extends/],
    [
      'a circle',
      { 'b.yaml': 'extends: a.yaml\n' },
      /b\.yaml:1:1: a configuration cannot extend itself: .+a\.yaml → .+b\.yaml → .+a\.yaml/,
    ],
  ])('says in one line where %s is', (_, base, message) => {
    const file = files({ 'a.yaml': 'extends: b.yaml\nname: a\n', ...base });
    expect(() => loadExperiment(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => loadExperiment(file)).toThrow(message);
    expect(() => loadExperiment(file)).toThrow(/^[^\n]+$/);
  });

  it('names it by a path', () => {
    const file = files({ 'x.yaml': 'extends: [x.yaml]\nname: x\n' });
    expect(() => loadExperiment(file)).toThrow(/x\.yaml:1:1: extends must be the path of a config/);
  });
});
