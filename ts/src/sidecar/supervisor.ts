import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Mu2NetError } from '../domain/errors.js';
import type { PoolEvent } from '../pool/pool-event.js';
import type { Credentials } from '../pool/wire/security.js';
import { news, type WorkerNews } from '../pool/worker-news.js';
import { withPython } from './bridge.js';
import { endProcess, isRunning, killProcess, readState, waitUntilGone } from './process.js';
import type { Interpreter } from './python.js';
import { LOOK_MILLIS, StartWatch } from './start-watch.js';

export interface WorkerOptions {
  readonly interpreter: Interpreter;
  readonly endpoint: string;
  /** The keys by which the worker and the broker know each other. */
  readonly credentials: Credentials;
  readonly name: string;
  /** Command-line flags that set how it computes. */
  readonly flags: readonly string[];
  /** Environment variables beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** File to which the worker's output is appended. */
  readonly log: string;
  /** Called once, when the worker fails to start too often. */
  readonly onGivenUp: (error: Mu2NetError) => void;
  /** Called when the worker is started, or started again. */
  readonly onWorker: (news: WorkerNews) => void;
}

/**
 * After so many starts in a row that end before the worker has joined, it is given up. Later ends need
 * no limit here, because each costs a request one of its attempts.
 */
const MAX_FAILED_STARTS = 3;
const BACK_OFF_MILLIS = 250;
/** How long a worker has to leave, after each way of asking. */
const LEAVE_MILLIS = 2000;

/**
 * Keeps one worker process alive on this machine. The broker reports most ends at once; before the
 * worker has joined, only its process id shows that it has ended.
 */
export class Supervisor {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #joined = false;
  /** Why the running process has to be replaced. */
  #endReason: string | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#ended = this.#keepAlive();
  }

  /** Takes note of what the broker reports. */
  notice(event: PoolEvent): void {
    if (!('worker' in event) || event.worker !== this.#options.name) return;
    if (event.type === 'joined') this.#joined = true;
    // A loss before it has joined concerns the process before it.
    if (!this.#joined) return;
    if (event.type === 'lost') this.#endReason ??= event.reason;
    if (event.type === 'left') this.#endReason ??= 'it left';
  }

  /** Waits for the process to leave, as the broker asked it to; kills it if that takes too long. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #keepAlive(): Promise<void> {
    const { onGivenUp, onWorker, name, log } = this.#options;
    const closing = this.#closing.signal;
    let failedStarts = 0;
    try {
      while (!closing.aborted) {
        const reason = await this.#runOnce();
        if (closing.aborted) return;
        failedStarts = this.#joined ? 0 : failedStarts + 1;
        if (failedStarts === MAX_FAILED_STARTS) {
          throw new Mu2NetError(
            'SIDECAR_LOST',
            `worker ${name} failed to start ${failedStarts} times: ${reason}; ${lastLogLine(log)}`,
            { worker: name, file: log },
          );
        }
        onWorker(news(name, 'restarting', `worker ${name} is started again because ${reason}`));
        const pause = BACK_OFF_MILLIS * 2 ** failedStarts;
        await setTimeout(pause, undefined, { signal: closing }).catch(() => {});
      }
    } catch (error) {
      if (!closing.aborted) onGivenUp(error as Mu2NetError);
    }
  }

  /** Starts the process and waits until it ends or this supervisor closes; returns the reason. */
  async #runOnce(): Promise<string> {
    const { interpreter, endpoint, credentials, name, log, onWorker } = this.#options;
    this.#joined = false;
    this.#endReason = undefined;
    const flags = [
      ...['--connect', endpoint, '--pool-key', credentials.brokerKey],
      ...['--name', name, '--exit-with-controller', ...this.#options.flags],
    ];
    // Everyone on this machine can read arguments, and only this user the environment.
    const environment = {
      ...this.#options.environment,
      MU2NET_WORKER_KEY: credentials.keyPair.secretKey,
    };
    const closing = this.#closing.signal;
    const launched = await withPython(
      interpreter,
      (call) => call('launch', flags, log, environment),
      closing,
    );
    const pid = Number(launched);
    const begun = `worker ${name} starts as process ${pid}; its log is ${log}`;
    onWorker(news(name, 'starting', begun));
    const start = new StartWatch();
    while (!closing.aborted) {
      if (this.#endReason === undefined && !isRunning(pid)) this.#endReason = 'its process ended';
      if (!this.#joined) this.#endReason ??= start.look(readState(pid)) ?? undefined;
      if (this.#endReason !== undefined) {
        // It may be frozen or slow to leave, and two workers of one name must not meet.
        await killProcess(pid);
        return this.#endReason;
      }
      await setTimeout(LOOK_MILLIS, undefined, { signal: closing }).catch(() => {});
    }
    // The broker has asked one that has joined.
    const left = this.#joined && (await waitUntilGone(pid, LEAVE_MILLIS));
    if (!left) await endProcess(pid, LEAVE_MILLIS);
    return 'it was closed';
  }
}

function lastLogLine(log: string): string {
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(log, 'utf8').trim().split('\n');
  } catch {
    // There is no log yet.
  }
  const last = lines.at(-1)?.trim();
  return last ? `its log ${log} ends with: ${last}` : `its log ${log} is empty`;
}
