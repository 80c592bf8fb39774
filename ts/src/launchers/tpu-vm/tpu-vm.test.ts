import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { createStandIn, type RecordedAnswer } from '../../../../tests/support/stand-in.js';
import { group } from '../../config/pool/groups.js';
import { createLauncher } from '../create.js';
import type { Launcher } from '../launcher.js';
import { machineStartScript } from './start-script.js';

const SECRET = `mu2net-secret-${'5'.repeat(64)}`;
const config = group.parse({
  launcher: 'tpu-vm',
  project: 'vision',
  zone: 'us-west4-a',
  accelerator: 'v5litepod-8',
  runtime: 'v2-alpha-tpuv5-lite',
  hosts: 2,
  spot: true,
});
const place = {
  pool: 'lab',
  group: 'tpu',
  broker: {
    remote: 'tcp://10.0.0.2:7300',
    local: 'tcp://127.0.0.1:7300',
    publicKey: `mu2net-public-${'0'.repeat(64)}`,
  },
  secretKey: () => SECRET,
};
const WORKERS = ['lab-tpu-0'];
const WHERE = ['--zone=us-west4-a', '--project=vision', '--quiet'];

/** The answer of gcloud about the slice of the group. */
function slice(state: string, message?: string): RecordedAnswer {
  const failedData = message === undefined ? {} : { failedData: { error: { code: 8, message } } };
  const name = 'projects/vision/locations/us-west4-a/queuedResources/mu2net-lab-tpu-0';
  const other = { name: name.replace('lab-tpu', 'other'), state: { state: 'ACTIVE' } };
  const stdout = JSON.stringify([{ name, state: { state, ...failedData } }, other]);
  return { to: 'queued-resources list', stdout };
}
const NONE = { to: 'queued-resources list', stdout: '[]' };
const CREATED = { to: 'queued-resources create' };
const DELETED = { to: 'queued-resources delete' };

describe('with a stand-in for gcloud', () => {
  const gcloud = createStandIn('gcloud');
  let launcher: Launcher;
  beforeAll(() => {
    vi.stubEnv('PATH', gcloud.path);
    vi.stubEnv('MU2NET_POOLS', temporaryFolder());
  });
  beforeEach(() => {
    launcher = createLauncher(config, place);
    gcloud.calls();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const commands = () => gcloud.calls().map(({ words }) => words.slice(2));

  test('requests a slice that there is not', async () => {
    gcloud.answer([NONE, CREATED]);
    expect(await launcher.list()).toEqual([]);
    await launcher.start(WORKERS);
    const created = commands().find((words) => words.includes('create'));
    expect(created).toEqual([
      ...['queued-resources', 'create', 'mu2net-lab-tpu-0', '--node-id=mu2net-lab-tpu-0'],
      ...['--accelerator-type=v5litepod-8', '--runtime-version=v2-alpha-tpuv5-lite'],
      '--valid-until-duration=6h',
      expect.stringMatching(/^--metadata-from-file=startup-script=\/.*startup\.sh$/),
      ...['--spot', '--async', ...WHERE],
    ]);
  });

  test.each(['ACCEPTED', 'WAITING_FOR_RESOURCES', 'PROVISIONING'])(
    'waits for a request that is %s',
    async (state) => {
      gcloud.answer([slice(state)]);
      const detail = `its request is ${state}`;
      expect(await launcher.list()).toEqual(
        WORKERS.map((name) => ({ name, state: 'waiting', place: 'mu2net-lab-tpu-0', detail })),
      );
      await launcher.start(WORKERS);
      expect(commands().flat()).not.toContain('create');
    },
  );

  test('starts one worker on all machines of a slice, and shows its key to nobody', async () => {
    const networkEndpoints = [{ ipAddress: '10.1.0.7', port: 8470 }, { ipAddress: '10.1.0.8' }];
    gcloud.answer([
      slice('ACTIVE'),
      { to: 'tpu-vm describe', stdout: JSON.stringify({ networkEndpoints }) },
      { to: 'echo missing', stdout: 'installed\n' },
      { to: 'MU2NET_WAIT' },
      { to: 'rm -rf "$folder"' },
      { to: `mkdir -p "$folder" || exit 1\nprintf %s '--name lab-tpu-0 '` },
      { to: ' -N ' },
    ]);
    await launcher.start(WORKERS);
    const calls = gcloud.calls();
    const machine = ['compute', 'tpus', 'tpu-vm', 'ssh', 'mu2net-lab-tpu-0'];
    for (const host of [0, 1]) {
      const onHost = calls.filter(({ words }) => words.includes(`--worker=${host}`));
      const started = onHost.findIndex(({ input }) => input.includes('launch "$folder"'));
      const { words, input } = onHost[started] ?? { words: [], input: '' };
      expect(words).toEqual([...machine, `--worker=${host}`, ...WHERE, '--command=sh -s']);
      expect(input).toContain(`--hosts 2 --host ${host} --first-host 10.1.0.7:8476\n`);
      expect(input).toContain(`export MU2NET_WORKER_KEY=${SECRET}`);
      // One that still runs there has lost the other machines.
      const stopped = onHost.findIndex((call) => call.input.includes('send TERM'));
      expect(stopped).toBeGreaterThanOrEqual(0);
      expect(stopped).toBeLessThan(started);
    }
    const tunnels = calls.filter(({ words }) => words.includes('-N'));
    const forward = expect.stringMatching(/^127\.0\.0\.1:\d+:127\.0\.0\.1:7300$/);
    expect(tunnels.map(({ words }) => words)).toEqual([
      expect.arrayContaining(['--worker=0', '-R', forward]),
    ]);
    expect(calls.flatMap(({ words }) => words).join(' ')).not.toContain(SECRET);
    gcloud.answer([slice('ACTIVE'), { to: 'rm -rf "$folder"' }, DELETED]);
    await launcher.stop();
    expect(commands()).toContainEqual([
      ...['queued-resources', 'delete', 'mu2net-lab-tpu-0', '--force'],
      ...WHERE,
    ]);
  });

  test.each([
    ['all machines', ['running', 'running'], { state: 'ended', detail: 'its tunnel ended' }],
    ['no machine', [], { state: 'ended', detail: expect.stringContaining('not started yet') }],
    ['one machine', ['running', 'ended'], { state: 'ended' }],
  ])('knows the state of a worker on %s', async (_, states, expected) => {
    gcloud.answer([
      slice('ACTIVE'),
      ...states.map((state, host) => ({
        to: `--worker=${host}`,
        stdout: `lab-tpu-0\t${state}\t7\tcomputes\n`,
      })),
      { to: 'tpu-vm ssh', stdout: '' },
    ]);
    expect(await launcher.list()).toMatchObject([{ name: 'lab-tpu-0', ...expected }]);
  });

  test.each([
    ['SUSPENDED', undefined, 'it was preempted'],
    [
      'FAILED',
      'the request was not fulfilled until its time',
      'its request failed: the request was',
    ],
  ])('requests a slice again that is %s', async (state, message, detail) => {
    gcloud.answer([slice(state, message), CREATED, DELETED]);
    const [worker] = await launcher.list();
    expect(worker).toMatchObject({ state: 'ended', detail: expect.stringContaining(detail) });
    gcloud.calls();
    await launcher.start(WORKERS);
    expect(commands().map(([, action]) => action)).toEqual(['list', 'delete', 'create']);
  });

  const of = (reason: string) => `ERROR: (gcloud.compute.tpus.queued-resources.create) ${reason}\n`;
  test.each([
    [
      "RESOURCE_EXHAUSTED: Quota limit 'TPUV5sPreemptibleLitepodPerProject' has been exceeded.",
      'LAUNCH_REFUSED',
      /^group tpu: gcloud: RESOURCE_EXHAUSTED: Quota limit .* exceeded; ask for quota/,
    ],
    [
      "PERMISSION_DENIED: Permission 'tpu.queuedResources.create' denied on 'projects/vision'",
      'LAUNCH_REFUSED',
      /the role TPU Admin/,
    ],
    ["NOT_FOUND: Zone 'us-west9-a' was not found.", 'LAUNCH_FAILED', /correct zone, accelerator/],
    [
      'You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login',
      'LAUNCH_REFUSED',
      /active account selected; run 'gcloud auth login'/,
    ],
  ])('says in one line: %s', async (reason, code, message) => {
    gcloud.answer([NONE, { ...CREATED, status: 1, stderr: of(reason) }]);
    const failure = await launcher.start(WORKERS).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toContain('\n');
  });
});

test('the script of a machine is one that a shell can read, and has no key', () => {
  const script = machineStartScript({ pool: 'lab', group: 'tpu' });
  expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
  expect(script).not.toContain('KEY');
});
