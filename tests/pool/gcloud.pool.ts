import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { GroupOf } from '../../ts/src/config/index.js';
import { group } from '../../ts/src/config/pool/groups.js';
import { Gcloud, gcloudError } from '../../ts/src/launchers/tpu-vm/gcloud.js';
import { temporaryFolder } from '../support/runs.js';

const hasGcloud = spawnSync('gcloud', ['--version']).status === 0;
const reason = hasGcloud ? '' : ': skipped, there is no gcloud';

describe.skipIf(!hasGcloud)(`the real gcloud, without an account${reason}`, () => {
  const config = group.parse({
    launcher: 'tpu-vm',
    project: 'vision',
    zone: 'us-west4-a',
    accelerator: 'v5litepod-8',
    runtime: 'v2-alpha-tpuv5-lite',
    network: 'lab',
    serviceAccount: 'worker@vision.iam.gserviceaccount.com',
    spot: true,
  }) as GroupOf<'tpu-vm'>;
  const gcloud = new Gcloud(config);
  // It has no account and no configuration here, not even of its machine: it asks Google nothing.
  const env = {
    ...process.env,
    CLOUDSDK_CONFIG: temporaryFolder(),
    CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
    GOOGLE_APPLICATION_CREDENTIALS: '',
    HOME: temporaryFolder(),
  };
  const run = (words: readonly string[]) =>
    spawnSync('gcloud', words, { env, encoding: 'utf8', input: '' });

  test.each([
    ['create', gcloud.create('slice', import.meta.filename)],
    ['list', gcloud.list()],
    ['delete', gcloud.delete('slice')],
    ['shell', gcloud.shell('slice', 1)],
    ['tunnel', gcloud.tunnel('slice', 1, 20_000, '127.0.0.1:7300')],
  ])('understands the arguments of %s, and asks for an account', (_, [, ...words]) => {
    const { status, stderr } = run(words);
    expect(status).toBe(1);
    expect(gcloudError('tpu', stderr)).toMatchObject({
      code: 'LAUNCH_REFUSED',
      message: expect.stringMatching(/active account.*; run 'gcloud auth login'$/),
    });
  });

  test('refuses arguments that it does not know', () => {
    const { stderr } = run([...gcloud.list().slice(1), '--no-such-flag']);
    expect(stderr).toContain('unrecognized arguments: --no-such-flag');
  });
});
