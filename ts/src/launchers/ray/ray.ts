import { z } from 'zod';
import type { GroupOf } from '../../config/index.js';
import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';
import { type LaunchContext, workerNames } from '../context.js';
import { type Ended, execute, follow, lastLine } from '../execute.js';
import { buildWheel } from '../hosts/wheel.js';
import type { Launcher } from '../launcher.js';
import { rayEnvironment, rayNamespace, rayResources } from './request.js';

const worker = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'ended']),
  place: z.string(),
  detail: z.string(),
});
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Starts workers as actors of a Ray cluster, which places them and starts them again. */
export function createRayLauncher(config: GroupOf<'ray'>, context: LaunchContext): Launcher {
  const { slice } = config;
  const count = config.workers * (slice?.hosts ?? 1);
  const wanted = workerNames(context, count);
  const describe = (name: string) => ({
    name,
    words: context.wordsOf(name, context.broker.remote),
  });
  const driver = new Driver(config, context);
  return {
    wanted,
    plan: () => [
      `ray.init(address=${JSON.stringify(config.address)})`,
      ...wanted.map((name) => {
        const place = slice
          ? `on a slice ${slice.accelerator} ${slice.topology}`
          : JSON.stringify(rayResources(config));
        return `actor ${name} ${place}: mu2net-sidecar ${describe(name).words.join(' ')}`;
      }),
    ],
    async start(names) {
      const wheel = await buildWheel(context.interpreter());
      await driver.ask({
        action: 'start',
        workers: names.map(describe),
        all: wanted.map(describe),
        environment: context.environment(),
        resources: rayResources(config),
        slice,
        wheel: wheel.bytes.toString('base64'),
      });
    },
    list: async () => (await driver.ask({ action: 'list' })).map((line) => worker.parse(line)),
    async stop(names) {
      await driver.ask({ action: 'stop', names: names ?? null });
    },
    async logs(name, { follow: isFollowed, onLine, signal }) {
      const request = { action: 'logs', name, follow: isFollowed };
      await driver.read(request, signal, (line) => {
        const { line: text } = z.object({ line: z.string() }).parse(line);
        onLine(text);
      });
    },
  };
}

/** Asks `python -m mu2net_sidecar.launch`, which talks to the cluster. */
class Driver {
  readonly #config: GroupOf<'ray'>;
  readonly #context: LaunchContext;

  constructor(config: GroupOf<'ray'>, context: LaunchContext) {
    this.#config = config;
    this.#context = context;
  }

  /** Returns the lines of the answer. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
    const lines: unknown[] = [];
    const ended = await execute(this.#command(), {
      ...this.#options(request),
      signal: this.#context.signal,
      onLine: (line) => lines.push(JSON.parse(line)),
    });
    this.#check(ended, lines.at(-1));
    return lines;
  }

  /** Calls with each line of the answer, until the signal. */
  async read(
    request: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
    onLine: (line: unknown) => void,
  ): Promise<void> {
    let last: unknown;
    const ended = await follow(this.#command(), {
      ...this.#options(request),
      signal,
      onLine: (text) => {
        last = JSON.parse(text);
        if (!failure.safeParse(last).success) onLine(last);
      },
    });
    this.#check(ended, last);
  }

  #command() {
    const python = this.#config.python ?? this.#context.interpreter().executable;
    return [python, '-m', 'mu2net_sidecar.launch'] as const;
  }

  #options(request: Readonly<Record<string, unknown>>) {
    const { pool, group, interpreter } = this.#context;
    const { address } = this.#config;
    const all = { ...request, address, namespace: rayNamespace(pool, group) };
    const environment = {
      ...rayEnvironment(this.#config, process.env),
      PYTHONPATH: interpreter().pythonPath,
    };
    return { input: `${JSON.stringify(all)}\n`, environment };
  }

  /** @throws Mu2NetError when the driver failed. */
  #check({ ok, stderr }: Ended, last: unknown): void {
    if (ok) return;
    const { group } = this.#context;
    if (/InvalidAuthToken|Unauthenticated/.test(stderr)) {
      const message = `group ${group}: the Ray cluster at ${this.#config.address} does not accept the token; correct tokenFile, or RAY_AUTH_TOKEN`;
      throw new Mu2NetError('LAUNCH_REFUSED', message, { group });
    }
    const told = failure.safeParse(last);
    if (!told.success) {
      const message = `group ${group}: Ray's driver failed: ${lastLine(stderr)}`;
      throw new Mu2NetError('LAUNCH_FAILED', message, { group });
    }
    const { code, message } = told.data.error;
    throw new Mu2NetError(code as ErrorCode, `group ${group}: ${message}`, { group });
  }
}
