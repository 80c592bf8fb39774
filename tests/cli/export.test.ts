import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SMALL } from '../e2e/support.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net } from './cli.js';

const folder = temporaryFolder();
const CONFIG = {
  ...SMALL,
  method: { samplesPerTask: 1, width: 1 },
  training: { ...SMALL.training, maxTrainExamplesBetweenValidations: 64, validationsPerChild: 1 },
  hyperparameters: { ...SMALL.hyperparameters, _mu_: 0, adapter_layers: 'all' },
};

/** Grows a model with an adapter in its only layer. */
beforeAll(async () => {
  writeFileSync(join(folder, 'small.yaml'), stringify(CONFIG));
  expect(await mu2net(folder, ['run', 'small.yaml', '--json'])).toMatchObject({
    status: 0,
    stderr: '',
  });
});

it('export says where the adapters of a model are, and writes files as the umask says', async () => {
  const { status, stdout } = await mu2net(folder, ['export', 'digits']);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^the model has 1 residual adapter, which timm .* adapters\.py /);
  const umask = process.umask();
  for (const file of lines.slice(0, -1)) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o666 & ~umask);
  }
  const answer = await mu2net(folder, ['export', 'digits', '--format', 'stablehlo', '--json']);
  expect(JSON.parse(answer.stdout)).toMatchObject({
    format: 'stablehlo',
    adapters: ['residual_adapter_0'],
  });
});

it('pretrain-root prints what a configuration needs to start from it', async () => {
  const brief = [
    '--set',
    'training.validationsPerChild=1',
    '--set',
    'hyperparameters.adapter_layers=[]',
  ];
  const { status, stdout } = await mu2net(folder, ['pretrain-root', 'small.yaml', ...brief]);
  expect(status).toBe(0);
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const checkpoint = join(folder, 'roots/small/model.npz');
  expect(line).toBe(`  root: { architecture: Ti/16, checkpoint: ${checkpoint} }`);
  writeFileSync(join(folder, 'next.yaml'), stringify({ ...CONFIG, root: undefined }) + line.trim());
  expect(await mu2net(folder, ['config', 'check', 'next.yaml'])).toMatchObject({ status: 0 });
});
