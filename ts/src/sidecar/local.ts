import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Mu2NetError } from '../domain/errors.js';
import { BrokerPool, type PoolEvent } from '../pool/broker-pool.js';
import type { Pool } from '../pool/pool.js';
import { withPython } from './bridge.js';
import { findPython, type Interpreter } from './python.js';

export interface LocalPoolOptions {
  /** Sidecar processes on this machine; 1 by default. */
  readonly workers?: number;
  /** Where each worker's output is appended to `sidecar-<n>.log`. */
  readonly logDirectory: string;
  readonly onEvent?: (event: PoolEvent) => void;
}

/** A worker has this long to load its packages and say hello. */
const START_MILLIS = 120_000;
/** After so many deaths in a row, each soon after its start, a worker is not started again. */
const QUICK_DEATHS = 3;
const QUICK_MILLIS = 30_000;
const GRACE_MILLIS = 2_000;

interface Worker {
  readonly name: string;
  readonly log: string;
  pid: number;
  startedAt: number;
  quickDeaths: number;
  /** Settles when the worker of this start has joined; set while it starts. */
  joined: (() => void) | null;
}

/**
 * Opens a pool of sidecars on this machine's loopback interface. Their deaths are noticed by the
 * broker; each that dies is started again, and what it was training is leased anew.
 *
 * @throws Mu2NetError PYTHON_MISSING, SIDECAR_FAILED; SIDECAR_LOST when a worker does not come up.
 */
export async function openLocalPool(options: LocalPoolOptions): Promise<Pool> {
  const interpreter = findPython();
  const supervisor = new Supervisor(interpreter, options);
  return supervisor.open();
}

class Supervisor {
  readonly #interpreter: Interpreter;
  readonly #onEvent: (event: PoolEvent) => void;
  readonly #workers: ReadonlyMap<string, Worker>;
  #pool: BrokerPool | undefined;
  #closing = false;

  constructor(interpreter: Interpreter, { workers = 1, logDirectory, onEvent }: LocalPoolOptions) {
    mkdirSync(logDirectory, { recursive: true });
    this.#interpreter = interpreter;
    this.#onEvent = onEvent ?? (() => {});
    this.#workers = new Map(
      Array.from({ length: workers }, (_, index): [string, Worker] => {
        const name = `local-${index}`;
        const log = resolve(join(logDirectory, `sidecar-${index}.log`));
        return [name, { name, log, pid: 0, startedAt: 0, quickDeaths: 0, joined: null }];
      }),
    );
  }

  async open(): Promise<Pool> {
    const pool = await BrokerPool.open({ onEvent: (event) => this.#notice(event) });
    this.#pool = pool;
    try {
      await this.#start([...this.#workers.values()]);
    } catch (error) {
      await this.#close();
      throw error;
    }
    return {
      execute: (request, executeOptions) => pool.execute(request, executeOptions),
      workers: () => pool.workers(),
      close: () => this.#close(),
    };
  }

  /** Starts workers and waits until each has joined. */
  async #start(workers: readonly Worker[]): Promise<void> {
    await withPython(this.#interpreter, async (call) => {
      const arriving = workers.map(async (worker) => {
        const joined = new Promise<true>((done) => {
          worker.joined = () => done(true);
        });
        const { endpoint } = this.#pool as BrokerPool;
        const flags = ['--connect', endpoint, '--name', worker.name, '--exit-with-controller'];
        worker.startedAt = performance.now();
        worker.pid = (await call('launch', flags, worker.log)) as number;
        while (!(await Promise.race([joined, setTimeout(100, false)]))) {
          const code = await call('exit_code', worker.pid);
          const late = performance.now() - worker.startedAt > START_MILLIS;
          if (code !== null || late) {
            throw this.#lost(
              worker,
              late ? 'did not say hello in time' : `ended with code ${code}`,
            );
          }
        }
        worker.joined = null;
      });
      await Promise.all(arriving);
    });
  }

  #notice(event: PoolEvent): void {
    this.#onEvent(event);
    if (event.type === 'refused') {
      this.#pool?.fail(new Mu2NetError('PROTOCOL_VERSION', event.message));
    }
    if (event.type === 'joined') this.#workers.get(event.worker)?.joined?.();
    if (event.type !== 'lost' && event.type !== 'left') return;
    const worker = this.#workers.get(event.worker);
    if (!worker) return;
    if (event.type === 'left') worker.pid = 0;
    if (!worker.joined && !this.#closing) void this.#restart(worker);
  }

  async #restart(worker: Worker): Promise<void> {
    // It may be frozen rather than dead; either way it has lost its lease.
    kill(worker.pid, 'SIGKILL');
    const quick = performance.now() - worker.startedAt < QUICK_MILLIS;
    worker.quickDeaths = quick ? worker.quickDeaths + 1 : 0;
    try {
      if (worker.quickDeaths >= QUICK_DEATHS) throw this.#lost(worker, 'keeps dying');
      await this.#start([worker]);
    } catch (error) {
      if (this.#closing) return;
      this.#pool?.fail(error instanceof Mu2NetError ? error : this.#lost(worker, String(error)));
    }
  }

  #lost({ name, log }: Worker, what: string): Mu2NetError {
    const said = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').at(-1) : '';
    return new Mu2NetError(
      'SIDECAR_LOST',
      `sidecar ${name} ${what}${said ? `; it said: ${said}` : ''}; see ${log}`,
    );
  }

  async #close(): Promise<void> {
    this.#closing = true;
    await this.#pool?.close();
    // Those who took their leave are gone by now; a frozen one would outlive us.
    const left = [...this.#workers.values()].filter(({ pid }) => kill(pid, 'SIGTERM'));
    if (left.length === 0) return;
    await setTimeout(GRACE_MILLIS, undefined, { ref: false });
    for (const { pid } of left) kill(pid, 'SIGKILL');
  }
}

/** Signals a process; whether it was there. */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return pid > 0 && process.kill(pid, signal);
  } catch {
    return false;
  }
}
