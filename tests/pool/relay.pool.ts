import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { growRun } from '../../ts/src/run/session.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { connectionOf } from '../../ts/src/standing/pool-folder.js';
import { type StandingPool, servePool } from '../../ts/src/standing/serve.js';
import { SMALL, timelessRecordOf } from '../e2e/support.js';
import { temporaryFolder } from '../support/runs.js';

const canHide = spawnSync('unshare', ['--mount', 'true']).status === 0;
const reason = canHide ? '' : ': skipped, this user cannot hide a folder from a process';

describe.skipIf(!canHide)(`a worker on a machine of its own${reason}`, () => {
  const runs = temporaryFolder();
  const pool = temporaryFolder();
  const experiment = defineExperiment(SMALL, { baseDirectory: runs }).experiment;
  let serving: StandingPool;
  let worker: ReturnType<typeof spawn>;

  beforeAll(async () => {
    serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder: pool });
    const { endpoint, credentials, keyFile } = connectionOf(pool, 'worker');
    const { executable, pythonPath } = findPython();
    const words = ['--connect', endpoint, '--pool-key', credentials.brokerKey];
    // An empty folder hides the runs from the worker, as if it was on another machine.
    const hide = `mount -t tmpfs -o mode=0500 none '${runs}' && exec "$@"`;
    const command = [executable, '-m', 'mu2net_sidecar', ...words, '--key-file', keyFile];
    worker = spawn('unshare', ['--mount', 'sh', '-c', hide, 'sh', ...command, '--relay'], {
      env: { ...process.env, PYTHONPATH: pythonPath, MU2NET_CACHE: temporaryFolder() },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    if (worker) await once(worker, 'exit');
    await serving?.stop(0);
  });

  test('grows, evaluates and clears a run whose store only the controller has', async () => {
    await growRun(experiment, { name: 'far', folder: runs, pool });
    await growRun(experiment, { name: 'near', folder: runs });
    const [far, near] = ['far', 'near'].map((name) => timelessRecordOf(join(runs, name)));
    expect(far).toEqual(near);
    const objectsOf = (name: string) =>
      readdirSync(join(runs, name, 'store'), { recursive: true }).sort();
    expect(objectsOf('far')).toEqual(objectsOf('near'));
    const { correct } = await openRun(join(runs, 'far')).evaluate('digits', { pool });
    expect(correct).toBe((await openRun(join(runs, 'near')).evaluate('digits')).correct);
  });
});
