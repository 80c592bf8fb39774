import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { ConfigErrors } from '../../domain/errors.js';
import { loadExperiment } from '../index.js';

function written(text: string): string {
  const file = join(temporaryFolder(), 'x.yaml');
  writeFileSync(file, text);
  return file;
}

describe('a mistake in a configuration', () => {
  it('does not hide another one', () => {
    const file = written(
      'name: no spaces\nseed: -1\ntasks: [digits, minst, { nme: mnist }, { name: own, sorce: 1 }]\nmethod: { widht: 3, alwaysClone: [norm], name: nosuch }\nhyperparameters: { ds_image_size: 33, num_layers: 13 }\nranges: { opt_lr: [1, 1] }\n',
    );
    const thrown = expect.objectContaining({
      name: 'ConfigErrors',
      code: 'CONFIG_INVALID',
      errors: [
        ['name', 1],
        ['seed', 2],
        ['tasks.1', 3],
        ['tasks.2.nme', 3],
        ['tasks.3.sorce', 3],
        ['method.widht', 4],
        ['method.alwaysClone.0', 4],
        ['method.name', 4],
        ['hyperparameters.ds_image_size', 5],
        ['hyperparameters.num_layers', 5],
        ['ranges.opt_lr', 6],
      ].map(([key, line]) =>
        expect.objectContaining({ subject: expect.objectContaining({ file, key, line }) }),
      ),
    });
    expect(() => loadExperiment(file)).toThrow(thrown);
    expect(() => loadExperiment(file)).toThrow(/^(.+x\.yaml:\d+:\d+: [^\n]+\n?){11}$/);
  });

  it('is not told of what another mistake may explain', () => {
    const errors = (text: string) => {
      try {
        loadExperiment(written(`name: x\ntasks: [digits]\n${text}\n`));
      } catch (error) {
        return error instanceof ConfigErrors ? error.errors.length : 1;
      }
      return 0;
    };
    // The architecture is not known, nor then the side of its patches.
    expect(errors('root: { architektur: Ti/14 }\nhyperparameters: { ds_image_size: 28 }')).toBe(1);
    // The learning rate has a stand-in, which is not in the range.
    expect(errors('hyperparameters: { optlr: 1 }\nranges: { opt_lr: [1, 2] }')).toBe(1);
  });
});
