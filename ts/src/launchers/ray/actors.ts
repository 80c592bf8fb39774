import { z } from 'zod';
import type { GroupOf } from '../../config/index.js';
import type { LaunchContext } from '../context.js';
import { buildWheel } from '../hosts/wheel.js';
import type { Launcher } from '../launcher.js';
import type { Driver } from './driver.js';

/** The resources that Ray reserves for a worker, as the options of an actor. */
export interface RayResources {
  readonly num_cpus: number;
  readonly num_gpus: number;
  readonly memory?: number;
  readonly resources: Readonly<Record<string, number>>;
}

/** The workers of a group as actors. */
export interface ActorsOptions {
  readonly wanted: readonly string[];
  readonly resources: RayResources;
  readonly slice: GroupOf<'ray'>['slice'];
  readonly driver: Driver;
}

const worker = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'ended']),
  place: z.string(),
  detail: z.string(),
});
const logLine = z.object({ line: z.string() });

/** Returns the namespace of a group's actors. */
export function rayNamespace({ pool, group }: LaunchContext): string {
  return `mu2net/${pool}/${group}`;
}

/** Returns what a launcher does with workers that are actors of a Ray cluster. */
export function rayActors(
  { wanted, resources, slice, driver }: ActorsOptions,
  context: LaunchContext,
): Omit<Launcher, 'plan'> {
  const describe = (name: string) => ({
    name,
    words: context.wordsOf(name, context.broker.remote),
  });
  return {
    wanted,
    async start(names) {
      const wheel = await buildWheel(context.interpreter());
      await driver.ask({
        action: 'start',
        workers: names.map(describe),
        all: wanted.map(describe),
        environment: context.environment(),
        resources,
        slice,
        wheel: wheel.bytes.toString('base64'),
      });
    },
    list: async () =>
      (await driver.ask({ action: 'list', all: wanted, slice })).map((line) => worker.parse(line)),
    async stop(names) {
      await driver.ask({ action: 'stop', names: names ?? null });
    },
    async logs(name, { follow, onLine, signal }) {
      const request = { action: 'logs', name, follow };
      await driver.read(request, signal, (line) => onLine(logLine.parse(line).line));
    },
  };
}
