import { z } from 'zod';
import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';
import { type CommandLine, type Ended, execute, follow, lastLine } from '../execute.js';

/** A request to a driver, as `py/mu2net_sidecar/launch` reads it. */
export type DriverRequest = Readonly<Record<string, unknown>>;

/** How a driver is reached. */
export interface DriverOptions {
  readonly group: string;
  /** Address of the cluster, as the driver uses it. */
  readonly address: string;
  readonly namespace: string;
  /** Returns the command that runs the driver; it reads the request from its input. */
  readonly command: () => Promise<CommandLine>;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Asks `python -m mu2net_sidecar.launch`, which talks to a Ray cluster. */
export class Driver {
  readonly #options: DriverOptions;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Returns the lines of the answer. */
  async ask(request: DriverRequest): Promise<readonly unknown[]> {
    const lines: unknown[] = [];
    const ended = await execute(await this.#options.command(), {
      ...this.#inputOf(request),
      signal: this.#options.signal,
      onLine: (line) => lines.push(JSON.parse(line)),
    });
    this.#check(ended, lines.at(-1));
    return lines;
  }

  /** Calls with each line of the answer, until the signal. */
  async read(
    request: DriverRequest,
    signal: AbortSignal | undefined,
    onLine: (line: unknown) => void,
  ): Promise<void> {
    let last: unknown;
    const ended = await follow(await this.#options.command(), {
      ...this.#inputOf(request),
      signal,
      onLine: (text) => {
        last = JSON.parse(text);
        if (!failure.safeParse(last).success) onLine(last);
      },
    });
    this.#check(ended, last);
  }

  #inputOf(request: DriverRequest) {
    const { address, namespace, environment } = this.#options;
    const input = `${JSON.stringify({ ...request, address, namespace })}\n`;
    return { input, environment: environment() };
  }

  /** @throws Mu2NetError when the driver failed. */
  #check({ ok, stderr }: Ended, last: unknown): void {
    if (ok) return;
    const { group, address } = this.#options;
    if (/InvalidAuthToken|Unauthenticated/.test(stderr)) {
      const message = `group ${group}: the Ray cluster at ${address} does not accept the token; correct tokenFile, or RAY_AUTH_TOKEN`;
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
