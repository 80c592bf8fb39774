import type { GroupOf } from '../../config/index.js';
import { Mu2NetError } from '../../domain/errors.js';
import { type LaunchContext, workerNames } from '../context.js';
import { execute, follow } from '../execute.js';
import type { Launcher } from '../launcher.js';
import { rayActors, rayNamespace } from '../ray/actors.js';
import { Driver } from '../ray/driver.js';
import { Kubectl, readPods, workersOf } from './kubectl.js';
import {
  labelsOf,
  type ManifestInput,
  objectName,
  secretManifest,
  workloadManifest,
} from './manifests.js';

/** Starts workers in a Kubernetes cluster: as a JobSet, or as actors of a cluster of KubeRay. */
export function createKubernetesLauncher(
  config: GroupOf<'kubernetes'>,
  context: LaunchContext,
): Launcher {
  const { pool, group, broker, wordsOf, signal } = context;
  const input: ManifestInput = {
    ...{ config, pool, group },
    wordsOf: (worker) => wordsOf(worker, broker.remote),
  };
  const kubectl = new Kubectl(config, group, signal);
  const workload = new Workload(kubectl, input, context);
  const plan = () => [
    kubectl.command('apply', '--filename', '-').join(' '),
    JSON.stringify(workloadManifest(input), null, 2),
  ];
  const wanted = workerNames(context, config.workers);
  const launcher = config.kind === 'jobset' ? inJobSet : inRayCluster;
  return { ...launcher(wanted, workload, kubectl, context), plan };
}

/** The objects of a group in the cluster. */
class Workload {
  readonly #kubectl: Kubectl;
  readonly #input: ManifestInput;
  readonly #context: LaunchContext;
  readonly #objects: readonly string[];

  constructor(kubectl: Kubectl, input: ManifestInput, context: LaunchContext) {
    this.#kubectl = kubectl;
    this.#input = input;
    this.#context = context;
    const { kind } = input.config;
    const name = objectName(input.pool, input.group);
    this.#objects = [`${kind === 'jobset' ? 'jobset' : 'raycluster'}/${name}`, `secret/${name}`];
  }

  get config(): GroupOf<'kubernetes'> {
    return this.#input.config;
  }

  /** Creates or changes the objects. If one cannot be changed, all are deleted and created anew. */
  async apply(): Promise<void> {
    const { broker, group, environment } = this.#context;
    if (/^tcp:\/\/(127\.|localhost|\[::1\])/.test(broker.remote)) {
      const message = `group ${group}: pods cannot reach the broker at ${broker.remote}; set broker.address, and listen there`;
      throw new Mu2NetError('LAUNCH_FAILED', message, { group });
    }
    const items = [secretManifest(this.#input, environment()), workloadManifest(this.#input)];
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const apply = () => this.#kubectl.run(['apply', '--filename', '-'], list);
    await apply().catch(async (error: unknown) => {
      if (!(error instanceof Mu2NetError && /immutable/.test(error.message))) throw error;
      await this.remove();
      await apply();
    });
  }

  async exists(): Promise<boolean> {
    const [workload = ''] = this.#objects;
    const words = ['get', workload, '--ignore-not-found', '--output', 'name'];
    return (await this.#kubectl.run(words)).trim() !== '';
  }

  async remove(): Promise<void> {
    await this.#kubectl.run(['delete', ...this.#objects, '--ignore-not-found', '--wait']);
  }

  /** Returns the pods with a label beside that of the group. */
  async pods(more: Readonly<Record<string, string>> = {}) {
    const labels = { ...labelsOf(this.#input.pool, this.#input.group), ...more };
    const selector = Object.entries(labels).map((pair) => pair.join('='));
    const words = ['get', 'pods', '--selector', selector.join(','), '--output', 'json'];
    return readPods(await this.#kubectl.run(words));
  }
}

type Body = Omit<Launcher, 'plan'>;

function inJobSet(wanted: readonly string[], workload: Workload, kubectl: Kubectl): Body {
  return {
    wanted,
    start: () => workload.apply(),
    async list() {
      const [exists, pods] = await Promise.all([workload.exists(), workload.pods()]);
      const most = Math.max(wanted.length, ...pods.map(({ index }) => (index ?? -1) + 1));
      const stem = wanted[0]?.replace(/\d+$/, '');
      const names = Array.from({ length: most }, (_, index) => `${stem}${index}`);
      return exists ? workersOf(names, pods) : [];
    },
    async stop(names) {
      // Fewer workers are another job.
      if (names && wanted.some((name) => !names.includes(name))) await workload.apply();
      else await workload.remove();
    },
    async logs(name, { follow: isFollowed, onLine, signal }) {
      const pods = await workload.pods();
      const pod = pods.find(({ index }) => index === wanted.indexOf(name));
      if (!pod) return;
      const words = ['logs', pod.name, '--tail', '200', ...(isFollowed ? ['--follow'] : [])];
      const read = isFollowed ? follow : execute;
      const { ok, stderr } = await read(kubectl.command(...words), { onLine, signal });
      if (!ok) throw kubectl.errorOf(stderr);
    },
  };
}

function inRayCluster(
  wanted: readonly string[],
  workload: Workload,
  kubectl: Kubectl,
  context: LaunchContext,
): Body {
  const { cpus, gpus, tpu } = workload.config;
  const headOf = async () => {
    const [head] = await workload.pods({ 'ray.io/node-type': 'head' });
    return head?.state === 'running' ? head.name : null;
  };
  const driver = new Driver({
    group: context.group,
    address: 'auto',
    namespace: rayNamespace(context),
    signal: context.signal,
    environment: () => ({}),
    command: async () => {
      const words = ['exec', '--stdin', `${await headOf()}`, '--container', 'ray-head', '--'];
      return kubectl.command(...words, 'python', '-m', 'mu2net_sidecar.launch');
    },
  });
  const resources = {
    num_cpus: cpus,
    num_gpus: gpus,
    resources: tpu ? { TPU: tpu.chips } : {},
  };
  const actors = rayActors({ wanted, resources, slice: null, driver }, context);
  return {
    ...actors,
    async start(names) {
      await workload.apply();
      // The cluster needs minutes; the next call goes on when its head runs.
      if ((await headOf()) !== null) await actors.start(names);
    },
    async list() {
      if (!(await workload.exists())) return [];
      if ((await headOf()) !== null) return actors.list();
      const detail = 'the head of the Ray cluster does not run yet';
      return wanted.map((name) => ({ name, state: 'ended', place: '', detail }));
    },
    async stop(names) {
      if (names && wanted.some((name) => !names.includes(name))) await actors.stop(names);
      else await workload.remove();
    },
  };
}
