import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { group } from '../../config/pool/groups.js';
import { createLauncher } from '../create.js';
import { sbatchOptions, submitScript } from './scripts.js';

const place = {
  pool: 'lab',
  group: 'batch',
  broker: {
    remote: 'tcp://10.0.0.2:7300',
    local: 'tcp://127.0.0.1:7300',
    publicKey: `mu2net-public-${'0'.repeat(64)}`,
  },
  secretKey: () => `mu2net-secret-${'5'.repeat(64)}`,
};

function planOf(change: Readonly<Record<string, unknown>>): readonly string[] {
  const config = group.parse({ launcher: 'slurm', python: '/opt/python', ...change });
  return createLauncher(config, place).plan();
}

test('a worker of one node is one task', () => {
  const [plan] = planOf({ gpus: 2, cpus: 8 });
  expect(plan).toContain('sbatch --job-name=lab-batch-0 --ntasks=1 --cpus-per-task=8 --gpus=2');
  expect(plan).not.toContain('--hosts');
});

test('a worker of several nodes is a task on each, and Slurm tells a task its place', () => {
  const plan = planOf({ hosts: 4, gpus: 2, workers: 2, engine: { devices: 2 } });
  expect(plan).toHaveLength(2);
  expect(plan[1]).toContain('--job-name=lab-batch-1 --ntasks=4 --nodes=4 --gpus-per-node=2');
  const words = '--hosts 4 --host "$SLURM_PROCID" --first-host "$MU2NET_FIRST_HOST"';
  expect(plan[1]).toMatch(
    new RegExp(`--name lab-batch-1 --devices 2 ${words.replace(/\$/g, '\\$')}$`),
  );
});

test.each([1, 2])('the script for jobs of %i nodes is one that a shell can read', (hosts) => {
  const config = { hosts, partition: null, account: null, time: null, cpus: 1, memory: null };
  const options = sbatchOptions({ ...config, gpus: 0, options: [] });
  const process = { name: 'w', command: 'python', mark: '', environment: { A: "b'c" } };
  const script = submitScript(place, [process], { options, hosts });
  expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
  // A job outlives this script, so nothing of it may be a variable of the script.
  const [, batch = ''] = /batch" <<'\w+'\n([\s\S]*?)\nMU2NET/.exec(script) ?? [];
  expect(batch.split('\n').at(-1)).toMatch(/^exec srun .*sh "\$1"$/);
  expect(batch.includes('MU2NET_FIRST_HOST')).toBe(hosts > 1);
});
