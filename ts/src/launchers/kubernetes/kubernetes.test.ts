import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStandIn } from '../../../../tests/support/stand-in.js';
import { group } from '../../config/pool/groups.js';
import { createLauncher } from '../create.js';
import type { Launcher } from '../launcher.js';

const SECRET = `mu2net-secret-${'5'.repeat(64)}`;
const WORKERS = ['lab-k8s-0', 'lab-k8s-1', 'lab-k8s-2'];
const OPTIONS = { namespace: 'vision', image: 'registry.example/mu2net:1', workers: 3 };
const place = {
  pool: 'lab',
  group: 'k8s',
  broker: {
    remote: 'tcp://10.0.0.2:7300',
    local: 'tcp://127.0.0.1:7300',
    publicKey: `mu2net-public-${'0'.repeat(64)}`,
  },
  secretKey: () => SECRET,
};
const NAME = 'mu2net-lab-k8s';

/** A pod as kubectl tells it. */
function pod(index: number, phase: string, more: object = {}) {
  const annotations = { 'batch.kubernetes.io/job-completion-index': String(index) };
  const metadata = { name: `${NAME}-workers-0-${index}-${phase.toLowerCase()}`, annotations };
  return { metadata, spec: { nodeName: `node-${index}` }, status: { phase, ...more } };
}

describe('with a stand-in for kubectl', () => {
  const kubectl = createStandIn('kubectl');
  let launcher: Launcher;
  beforeAll(() => {
    vi.stubEnv('PATH', kubectl.path);
  });
  beforeEach(() => {
    launcher = createLauncher(group.parse({ launcher: 'kubernetes', ...OPTIONS }), place);
    kubectl.calls();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('applies a secret and a JobSet, and shows the key to nobody', async () => {
    kubectl.answer([{ to: 'apply' }]);
    await launcher.start(WORKERS);
    const [call] = kubectl.calls();
    expect(call?.words).toEqual(['--namespace', 'vision', 'apply', '--filename', '-']);
    const { items } = JSON.parse(call?.input ?? '');
    expect(items).toMatchObject([
      { kind: 'Secret', stringData: { MU2NET_WORKER_KEY: SECRET } },
      { kind: 'JobSet', metadata: { name: NAME, namespace: 'vision' } },
    ]);
    const job = items[1].spec.replicatedJobs[0].template.spec;
    expect(job).toMatchObject({ completionMode: 'Indexed', parallelism: 3, completions: 3 });
    const [container] = job.template.spec.containers;
    expect(container.args).toEqual(
      expect.arrayContaining(['--name', 'lab-k8s-$(JOB_COMPLETION_INDEX)', 'tcp://10.0.0.2:7300']),
    );
    expect(JSON.stringify(items[1])).not.toContain(SECRET);
    expect(launcher.plan().join('\n')).not.toContain(SECRET);
  });

  test('lists the pods as workers', async () => {
    const unplaced = { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' };
    const items = [
      pod(0, 'Failed'),
      pod(0, 'Running', { containerStatuses: [{ state: { running: {} } }] }),
      pod(1, 'Pending', { conditions: [unplaced] }),
    ];
    kubectl.answer([
      { to: 'get jobset', stdout: `jobset.jobset.x-k8s.io/${NAME}\n` },
      { to: 'get pods', stdout: JSON.stringify({ items }) },
    ]);
    expect(await launcher.list()).toMatchObject([
      { name: 'lab-k8s-0', state: 'running', place: 'node-0' },
      { name: 'lab-k8s-1', state: 'waiting', detail: expect.stringContaining('0/3 nodes') },
      { name: 'lab-k8s-2', state: 'waiting', detail: 'it has no pod yet' },
    ]);
  });

  test('deletes everything when it is stopped', async () => {
    kubectl.answer([
      { to: 'delete' },
      { to: 'get jobset' },
      { to: 'get pods', stdout: '{"items":[]}' },
    ]);
    await launcher.stop();
    const [call] = kubectl.calls();
    const words = ['delete', `jobset/${NAME}`, `secret/${NAME}`, '--ignore-not-found', '--wait'];
    expect(call?.words.slice(2)).toEqual(words);
    expect(await launcher.list()).toEqual([]);
  });

  test('runs the driver of Ray in the head of a cluster of KubeRay', async () => {
    const ray = createLauncher(
      group.parse({ launcher: 'kubernetes', kind: 'kuberay', ...OPTIONS }),
      place,
    );
    const head = { metadata: { name: 'head-x' }, spec: {}, status: { phase: 'Running' } };
    const state = { name: 'lab-k8s-0', state: 'running', place: '10.1.1.1', detail: 'process 7' };
    kubectl.answer([
      { to: 'get raycluster', stdout: `raycluster.ray.io/${NAME}\n` },
      { to: 'get pods', stdout: JSON.stringify({ items: [head] }) },
      { to: 'exec', stdout: `${JSON.stringify(state)}\n` },
    ]);
    expect(await ray.list()).toEqual([state]);
    const asked = kubectl.calls().find(({ words }) => words.includes('exec'));
    expect(asked?.words.slice(2)).toEqual([
      ...['exec', '--stdin', 'head-x', '--container', 'ray-head', '--'],
      ...['python', '-m', 'mu2net_sidecar.launch'],
    ]);
    expect(JSON.parse(asked?.input ?? '')).toMatchObject({ action: 'list', address: 'auto' });
  });

  test.each([
    [
      'Error from server (Forbidden): exceeded quota: gpus, requested: gpu=3, used: gpu=0, limited: gpu=1',
      'LAUNCH_REFUSED',
      /^group k8s: kubectl: .*exceeded quota.*; ask for a larger quota, or lower workers$/,
    ],
    [
      'Error from server (Forbidden): jobsets is forbidden: User "x" cannot create resource',
      'LAUNCH_REFUSED',
      /your account needs rights in this namespace$/,
    ],
    [
      'error: resource mapping not found: no matches for kind "JobSet" in version "jobset.x-k8s.io/v1alpha2"',
      'LAUNCH_FAILED',
      /install JobSet or KubeRay in the cluster$/,
    ],
    ['error: context "lab" does not exist', 'LAUNCH_FAILED', /; correct context$/],
  ])('says in one line: %s', async (stderr, code, message) => {
    kubectl.answer([{ to: 'apply', status: 1, stderr }]);
    const failure = await launcher.start(WORKERS).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('refuses a broker that pods cannot reach', async () => {
    const local = { ...place, broker: { ...place.broker, remote: 'tcp://127.0.0.1:7300' } };
    const there = createLauncher(group.parse({ launcher: 'kubernetes', ...OPTIONS }), local);
    await expect(there.start(WORKERS)).rejects.toThrow(/pods cannot reach .*; set broker\.address/);
  });
});
