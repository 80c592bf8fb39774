import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Mu2NetError } from '../domain/errors.js';
import type { PoolEvent } from '../pool/broker-pool.js';
import { withPython } from './bridge.js';
import { gone, isRunning, signal } from './process.js';
import type { Interpreter } from './python.js';

export interface WorkerOptions {
  readonly interpreter: Interpreter;
  readonly endpoint: string;
  readonly name: string;
  /** Flags that say how it computes. */
  readonly flags: readonly string[];
  /** Variables of its environment besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** File to which the worker's output is appended. */
  readonly log: string;
  /** Told once, when the worker dies so often that starting it again is of no use. */
  readonly onGivenUp: (error: Mu2NetError) => void;
  /** Told, in a line, when the worker is started again. */
  readonly onLog: (line: string) => void;
}

/**
 * Starts in a row that end before the worker has joined, after which it is given up. Later deaths are
 * counted by the requests that are lost by them.
 */
const STILLBIRTHS = 3;
const JOIN_MILLIS = 120_000;
const BACK_OFF_MILLIS = 250;
const POLL_MILLIS = 100;
/** How long a worker that was asked to end has to do so, at each of the ways to ask. */
const GRACE_MILLIS = 2000;

/**
 * Keeps one worker process alive on this machine. The broker's events tell of most deaths, and at
 * once; the process id tells of those before the worker has joined.
 */
export class Supervisor {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  readonly #life: Promise<void>;
  #joined = false;
  /** Why the running process is to be replaced. */
  #death: string | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#life = this.#live();
  }

  /** Takes in what the broker noticed. */
  notice(event: PoolEvent): void {
    if (!('worker' in event) || event.worker !== this.#options.name) return;
    if (event.type === 'joined') this.#joined = true;
    // A loss before that is of its predecessor.
    else if (this.#joined) this.#death ??= event.type === 'lost' ? event.reason : 'it left';
  }

  /** Ends the process, which the broker has told to leave; forcefully if it takes too long. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#life;
  }

  async #live(): Promise<void> {
    const { onGivenUp, onLog, name, log } = this.#options;
    const closing = this.#closing.signal;
    let stillbirths = 0;
    try {
      while (!closing.aborted) {
        const reason = await this.#liveOnce();
        if (closing.aborted) return;
        stillbirths = this.#joined ? 0 : stillbirths + 1;
        if (stillbirths === STILLBIRTHS) {
          throw new Mu2NetError(
            'SIDECAR_LOST',
            `worker ${name} did not start, ${stillbirths} times: ${reason}; ${lastWords(log)}`,
            { worker: name, file: log },
          );
        }
        onLog(`worker ${name} has to be started again, because ${reason}`);
        const pause = BACK_OFF_MILLIS * 2 ** stillbirths;
        await setTimeout(pause, undefined, { signal: closing }).catch(() => {});
      }
    } catch (error) {
      onGivenUp(error as Mu2NetError);
    }
  }

  /** Starts the process and waits for its end, or for the end of this supervisor; says why. */
  async #liveOnce(): Promise<string> {
    const { interpreter, endpoint, name, environment, log, onLog } = this.#options;
    this.#joined = false;
    this.#death = undefined;
    const flags = ['--connect', endpoint, '--name', name, '--exit-with-controller'];
    const launched = await withPython(interpreter, (call) =>
      call('launch', [...flags, ...this.#options.flags], log, environment),
    );
    const pid = Number(launched);
    onLog(`worker ${name} starts as process ${pid}; its log is ${log}`);
    const late = performance.now() + JOIN_MILLIS;
    while (!this.#closing.signal.aborted) {
      if (this.#death === undefined && !isRunning(pid)) this.#death = 'its process ended';
      if (!this.#joined && performance.now() > late) {
        this.#death = `it did not connect within ${JOIN_MILLIS / 1000} s`;
      }
      if (this.#death !== undefined) {
        // It may be frozen, or leaving slowly; a second one of its name must not meet it.
        await kill(pid);
        return this.#death;
      }
      await setTimeout(POLL_MILLIS, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
    if (!this.#joined || !(await gone(pid, GRACE_MILLIS))) signal(pid, 'SIGTERM');
    if (!(await gone(pid, GRACE_MILLIS))) await kill(pid);
    return 'it was closed';
  }
}

async function kill(pid: number): Promise<void> {
  signal(pid, 'SIGKILL');
  await gone(pid, GRACE_MILLIS);
}

function lastWords(log: string): string {
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(log, 'utf8').trim().split('\n');
  } catch {
    // No log, no words.
  }
  const last = lines.at(-1)?.trim();
  return last ? `its log ${log} ends with: ${last}` : `its log ${log} is empty`;
}
