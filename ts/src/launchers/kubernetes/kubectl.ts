import { z } from 'zod';
import type { GroupOf } from '../../config/index.js';
import { Mu2NetError } from '../../domain/errors.js';
import { type CommandLine, execute, lastLine } from '../execute.js';
import type { LaunchedWorker } from '../launcher.js';

/** Runs kubectl for a group. */
export class Kubectl {
  readonly #config: GroupOf<'kubernetes'>;
  readonly #group: string;
  readonly #signal: AbortSignal | undefined;

  constructor(config: GroupOf<'kubernetes'>, group: string, signal: AbortSignal | undefined) {
    this.#config = config;
    this.#group = group;
    this.#signal = signal;
  }

  /** Returns a command line of kubectl for the context and namespace of the group. */
  command(...words: readonly string[]): CommandLine {
    const { context, namespace } = this.#config;
    const where = context === null ? [] : ['--context', context];
    return ['kubectl', ...where, '--namespace', namespace, ...words];
  }

  /** Runs kubectl, and returns its output. */
  async run(words: readonly string[], input = ''): Promise<string> {
    const ended = await execute(this.command(...words), { input, signal: this.#signal });
    if (ended.ok) return ended.stdout;
    throw this.errorOf(ended.stderr);
  }

  /** Returns why kubectl failed. */
  errorOf(output: string): Mu2NetError {
    const reason = lastLine(output).replace(/^error: /i, '');
    const group = this.#group;
    const [code, remedy] = REMEDIES.find(([pattern]) => pattern.test(output))?.[1] ?? [
      'LAUNCH_FAILED',
      "check the cluster with 'kubectl get pods'",
    ];
    return new Mu2NetError(code, `group ${group}: kubectl: ${reason}; ${remedy}`, { group });
  }
}

type Remedy = readonly ['LAUNCH_REFUSED' | 'LAUNCH_FAILED', string];

const REMEDIES: readonly (readonly [RegExp, Remedy])[] = [
  [/exceeded quota/i, ['LAUNCH_REFUSED', 'ask for a larger quota, or lower workers']],
  [/forbidden|unauthorized/i, ['LAUNCH_REFUSED', 'your account needs rights in this namespace']],
  [/no matches for kind/i, ['LAUNCH_FAILED', 'install JobSet or KubeRay in the cluster']],
  [/context .* does not exist/i, ['LAUNCH_FAILED', 'correct context']],
];

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        annotations: z.record(z.string(), z.string()).optional(),
        deletionTimestamp: z.string().optional(),
      }),
      spec: z.object({ nodeName: z.string().optional() }),
      status: z.object({
        phase: z.string().optional(),
        conditions: z
          .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
          .optional(),
        containerStatuses: z
          .array(
            z.object({
              state: z
                .object({
                  running: z.unknown().optional(),
                  waiting: z.object({ reason: z.string().optional() }).optional(),
                })
                .optional(),
            }),
          )
          .optional(),
      }),
    }),
  ),
});

/** A pod of a group. */
export interface Pod {
  readonly name: string;
  /** Its number in an indexed job; null if it has none. */
  readonly index: number | null;
  readonly state: LaunchedWorker['state'];
  readonly node: string;
  readonly detail: string;
}

const INDEX = 'batch.kubernetes.io/job-completion-index';

/** Reads the answer of `kubectl get pods -o json`; pods that are being deleted are left out. */
export function readPods(answer: string): readonly Pod[] {
  return pods
    .parse(JSON.parse(answer))
    .items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata: { name, annotations }, spec, status }) => {
      const index = annotations?.[INDEX];
      const waiting = status.containerStatuses?.find(({ state }) => state?.waiting)?.state?.waiting;
      const unplaced = status.conditions?.find(
        ({ type, status }) => type === 'PodScheduled' && status === 'False',
      );
      const why = waiting?.reason ?? unplaced?.message;
      const phase = status.phase ?? 'Unknown';
      const isRunning = phase === 'Running' && waiting === undefined;
      const hasEnded = phase === 'Succeeded' || phase === 'Failed';
      return {
        name,
        index: index === undefined ? null : Number(index),
        state: isRunning ? 'running' : hasEnded ? 'ended' : 'waiting',
        node: spec.nodeName ?? '',
        detail: `pod ${name} is ${phase}${why === undefined ? '' : `: ${why}`}`,
      };
    });
}

const ORDER: readonly LaunchedWorker['state'][] = ['running', 'waiting', 'ended'];

/** Returns the workers of an indexed job; the best pod of an index stands for its worker. */
export function workersOf(
  wanted: readonly string[],
  found: readonly Pod[],
): readonly LaunchedWorker[] {
  return wanted.map((name, index) => {
    const [best] = found
      .filter((pod) => pod.index === index)
      .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
    // The job itself makes a pod in place of one that ended.
    return best && best.state !== 'ended'
      ? { name, state: best.state, place: best.node, detail: best.detail }
      : { name, state: 'waiting', place: '', detail: best?.detail ?? 'it has no pod yet' };
  });
}
