import type { GroupOf } from '../../config/index.js';

/** A Kubernetes object, as JSON. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

/** The inputs of the manifests of a group. */
export interface ManifestInput {
  readonly config: GroupOf<'kubernetes'>;
  readonly pool: string;
  readonly group: string;
  /** Arguments of the worker of a name. */
  readonly wordsOf: (worker: string) => readonly string[];
}

/** The name of a group's objects: Kubernetes allows lower-case letters, digits and hyphens. */
export function objectName(pool: string, group: string): string {
  const name = `${pool}-${group}`.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  return `mu2net-${name}`.replace(/-+$/, '');
}

const GROUP_LABEL = 'mu2net/group';

/** The label by which the pods of a group are found. */
export function labelsOf(pool: string, group: string): Readonly<Record<string, string>> {
  return { [GROUP_LABEL]: objectName(pool, group) };
}

/** Returns the secret with the variables of the workers, their key among them. */
export function secretManifest(
  { config, pool, group }: ManifestInput,
  variables: Readonly<Record<string, string>>,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(config, pool, group),
    type: 'Opaque',
    stringData: variables,
  };
}

/** Returns the object that runs the workers of a group. */
export function workloadManifest(input: ManifestInput): Manifest {
  return input.config.kind === 'jobset' ? jobSet(input) : rayCluster(input);
}

/** Numbers that mean "as often as needed". */
const MOST_RESTARTS = 2_147_483_647;

/** A JobSet of one indexed job; its pods are the workers, and are started again when they end. */
function jobSet({ config, pool, group, wordsOf }: ManifestInput): Manifest {
  const { workers, image } = config;
  const name = objectName(pool, group);
  const PLACEHOLDER = `${pool}-${group}-0`;
  const words = wordsOf(PLACEHOLDER).map((word) =>
    word === PLACEHOLDER ? `${pool}-${group}-$(JOB_COMPLETION_INDEX)` : word,
  );
  const container = {
    name: 'worker',
    image,
    command: ['mu2net-sidecar'],
    args: words,
    env: [
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: {
            fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ],
    envFrom: [{ secretRef: { name } }],
    resources: resourcesOf(config),
  };
  return {
    apiVersion: 'jobset.x-k8s.io/v1alpha2',
    kind: 'JobSet',
    metadata: metadataOf(config, pool, group),
    spec: {
      failurePolicy: { maxRestarts: 1_000_000 },
      replicatedJobs: [
        {
          name: 'workers',
          replicas: 1,
          template: {
            spec: {
              completionMode: 'Indexed',
              parallelism: workers,
              completions: workers,
              backoffLimit: MOST_RESTARTS,
              template: {
                metadata: { labels: labelsOf(pool, group) },
                spec: {
                  restartPolicy: 'OnFailure',
                  nodeSelector: nodeSelectorOf(config),
                  containers: [container],
                },
              },
            },
          },
        },
      ],
    },
  };
}

/** A Ray cluster, in which Ray places the workers; its dashboard is off. */
function rayCluster({ config, pool, group }: ManifestInput): Manifest {
  const { workers, image, rayVersion } = config;
  const labels = { labels: labelsOf(pool, group) };
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayCluster',
    metadata: metadataOf(config, pool, group),
    spec: {
      rayVersion,
      authOptions: { mode: 'token' },
      headGroupSpec: {
        rayStartParams: { 'num-cpus': '0', 'include-dashboard': 'false' },
        template: {
          metadata: labels,
          spec: {
            containers: [
              { name: 'ray-head', image, resources: { limits: { cpu: '1', memory: '4Gi' } } },
            ],
          },
        },
      },
      workerGroupSpecs: [
        {
          groupName: 'workers',
          replicas: workers,
          minReplicas: workers,
          maxReplicas: workers,
          rayStartParams: {},
          template: {
            metadata: labels,
            spec: {
              nodeSelector: nodeSelectorOf(config),
              containers: [{ name: 'ray-worker', image, resources: resourcesOf(config) }],
            },
          },
        },
      ],
    },
  };
}

function metadataOf({ namespace }: GroupOf<'kubernetes'>, pool: string, group: string) {
  return { name: objectName(pool, group), namespace, labels: labelsOf(pool, group) };
}

/** Returns the resources of a pod. Requests equal limits, so that no worker takes from another. */
function resourcesOf({ cpus, memory, gpus, tpu }: GroupOf<'kubernetes'>) {
  const needed = {
    cpu: String(cpus),
    memory,
    ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }),
    ...(tpu && { 'google.com/tpu': String(tpu.chips) }),
  };
  return { requests: needed, limits: needed };
}

function nodeSelectorOf({ nodeSelector, tpu }: GroupOf<'kubernetes'>) {
  return {
    ...nodeSelector,
    ...(tpu && {
      'cloud.google.com/gke-tpu-accelerator': tpu.accelerator,
      'cloud.google.com/gke-tpu-topology': tpu.topology,
    }),
  };
}
