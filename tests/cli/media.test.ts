import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { MAIN } from './cli.js';

/** Runs a shell script whose mounts nobody else sees. Only a user who may mount can do this. */
function inOwnMounts(script: string): { status: number | null; output: string } {
  const words = ['-m', 'sh', '-c', script];
  const env = { ...process.env, CI: 'true' };
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', env });
  return { status, output: `${stdout}${stderr}` };
}

const folder = temporaryFolder();
const runs = join(folder, 'runs');
const medium = join(folder, 'medium');
mkdirSync(medium);
const canMount = inOwnMounts(`mount -t tmpfs tmpfs '${medium}'`).status === 0;
/** Quotes a path for a shell. */
const quoted = (...parts: readonly string[]) => `'${join(...parts)}'`;
const command = (words: string) =>
  `${quoted(process.execPath)} ${quoted(MAIN)} ${words} --runs ${quoted(medium)}`;

const { experiment } = defineExperiment(
  {
    name: 'first',
    method: { samplesPerTask: 2, width: 2 },
    hyperparameters: { num_layers: 1 },
    tasks: ['mnist'],
    taskIterations: 1,
  },
  { dataMustExist: false },
);

describe.runIf(canMount)('a run', () => {
  beforeAll(async () => {
    const first = await growDirectory(experiment, { folder: runs, pool: poolOf(experiment) });
    // Without the files that SQLite keeps beside a record while it is in use.
    mkdirSync(join(folder, 'bare', 'first'), { recursive: true });
    copyFileSync(join(first, 'system.db'), join(folder, 'bare', 'first', 'system.db'));
  });

  it('on a read-only medium can be read, and is not written', () => {
    const mount = `mount --bind ${quoted(folder, 'bare')} ${quoted(medium)} && mount -o remount,bind,ro ${quoted(medium)}`;
    const { status, output } = inOwnMounts(`${mount} && ${command('leaderboard first')}`);
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^mnist/m),
    });
    const refused = inOwnMounts(`${mount} && ${command('branch first wide --json')}`);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.output)).toMatchObject({ error: { code: 'RUN_READONLY' } });
  });

  it('on a full disk can be read, and says that the disk is full when it is written', () => {
    const fill = `mount -t tmpfs -o size=600k tmpfs ${quoted(medium)} && cp -r ${quoted(folder, 'bare', 'first')} ${quoted(medium)} && { dd if=/dev/zero of=${quoted(medium, 'filler')} bs=1k 2> ${quoted(folder, 'dd.log')}; true; }`;
    const { status, output } = inOwnMounts(`${fill} && ${command('leaderboard first')}`);
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^mnist/m),
    });
    const refused = inOwnMounts(`${fill} && ${command('branch first wide --json')}`);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.output)).toMatchObject({ error: { code: 'DISK_FULL' } });
  });
});
