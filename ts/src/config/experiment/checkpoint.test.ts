import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConfigInput, defineExperiment, showExperiment } from '../index.js';

const minimal = { name: 'x', tasks: ['digits'] } satisfies ConfigInput;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mu2net-config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('a root checkpoint', () => {
  const rooted = (root: object) => ({ ...minimal, root: { architecture: 'Ti/16', ...root } });

  it('is found beside the configuration file, if it is a path', () => {
    const baseDirectory = folder();
    writeFileSync(join(baseDirectory, 'w.npz'), '');
    const sha256 = 'a'.repeat(64);
    const { experiment } = defineExperiment(rooted({ checkpoint: 'w.npz', sha256 }), {
      baseDirectory,
    });
    expect(experiment.checkpoint).toEqual({ source: join(baseDirectory, 'w.npz'), sha256 });
    expect(JSON.parse(showExperiment(experiment, 'json')).root).toEqual({
      architecture: 'Ti/16',
      checkpoint: join(baseDirectory, 'w.npz'),
      sha256,
    });
  });

  it.each([
    'gs://vit_models/augreg/x.npz',
    'augreg: ds=="i21k"',
    'timm:vit_tiny_patch16_224',
    'hf:google/vit-base-patch16-224',
  ])('may be %s', (source) => {
    const { experiment } = defineExperiment(rooted({ checkpoint: source }));
    expect(experiment.checkpoint).toEqual({ source, sha256: null });
  });

  it.each([
    [{ checkpoint: 'none.npz' }, 'CHECKPOINT_MISSING', /there is no checkpoint .*none\.npz/],
    [{ sha256: 'a'.repeat(64) }, 'CONFIG_INVALID', /root\.sha256 needs a root\.checkpoint/],
    [{ sha256: 'short' }, 'CONFIG_INVALID', /64 hexadecimal digits/],
  ])('%j is refused', (root, code, message) => {
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) });
    expect(() => defineExperiment(rooted(root))).toThrow(error);
  });

  it('is refused where an earlier run gives the system', () => {
    const both = { ...rooted({ checkpoint: 'augreg: x' }), continueFrom: 'runs/one' };
    expect(() => defineExperiment(both)).toThrow(/not read where continueFrom/);
  });
});
