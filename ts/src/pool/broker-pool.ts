import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  PROTOCOL_VERSION,
  type RequestKind,
  type RequestOf,
  type Result,
  type ResultOf,
  request as requestSchema,
  type WorkerMessage,
  type WorkerMessageOf,
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { Broker } from './broker.js';
import { checked } from './codec.js';
import { cancelled } from './errors.js';
import { type LeaseEffect, LeaseTable } from './leases.js';
import type { ExecuteOptions, Pool, WorkerInfo } from './pool.js';

/** What happens to the workers of a pool; `worker` is the name that it gave itself. */
export type PoolEvent =
  | { readonly type: 'joined'; readonly worker: string }
  /** Gone without a word, or silent for too long: its lease is given to another. */
  | { readonly type: 'lost'; readonly worker: string; readonly reason: string }
  /** Took its leave. */
  | { readonly type: 'left'; readonly worker: string }
  | { readonly type: 'refused'; readonly message: string }
  /** Something on the socket was no message of ours. */
  | { readonly type: 'dropped'; readonly reason: string };

export interface BrokerPoolOptions {
  /** Address of the loopback interface; port 0, the default, takes a free one. */
  readonly endpoint?: string;
  /** How often workers say that they are alive. */
  readonly heartbeatMillis?: number;
  /** A worker that was silent for this long is lost. */
  readonly lostAfterMillis?: number;
  /** How often a request is tried before it fails for want of a worker that survives it. */
  readonly maxAttempts?: number;
  readonly onEvent?: (event: PoolEvent) => void;
}

type Hello = WorkerMessageOf<'hello'>;

interface Member {
  readonly hello: Hello;
  /** When it was last heard, in milliseconds of the monotonic clock. */
  readonly heardAt: number;
}

interface Pending {
  readonly options: ExecuteOptions;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How long `close` waits for busy workers to stop at their next step. */
const FAREWELL_MILLIS = 2000;
/** When peers are asked whether they live, after some connection was lost: at once, and in case the
 * socket had not quite noticed. */
const PROBE_MILLIS = [0, 20, 200];

/** A pool of workers that dial into a broker within this process. */
export class BrokerPool implements Pool {
  readonly #table: LeaseTable;
  readonly #heartbeatMillis: number;
  readonly #lostAfterMillis: number;
  readonly #onEvent: (event: PoolEvent) => void;
  /** Distinguishes the leases of this process from those of another at the same address. */
  readonly #epoch = randomBytes(4).toString('hex');
  readonly #pending = new Map<string, Pending>();
  readonly #members = new Map<string, Member>();
  /** Workers that were given up: they are welcomed again as soon as they are heard. */
  readonly #lost = new Map<string, Hello>();
  #broker: Broker | undefined;
  #leases = 0;
  #failure: Mu2NetError | undefined;
  #closed: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #sweptAt = 0;
  #onEmpty: () => void = () => {};

  private constructor(options: BrokerPoolOptions) {
    this.#table = new LeaseTable(options.maxAttempts ?? 3);
    this.#heartbeatMillis = options.heartbeatMillis ?? 500;
    this.#lostAfterMillis = options.lostAfterMillis ?? 2500;
    this.#onEvent = options.onEvent ?? (() => {});
  }

  /** @throws Mu2NetError CONFIG_INVALID when the endpoint cannot be used. */
  static async open(options: BrokerPoolOptions = {}): Promise<BrokerPool> {
    const pool = new BrokerPool(options);
    pool.#broker = await Broker.bind(options.endpoint ?? 'tcp://127.0.0.1:0', {
      onMessage: (peer, message) => pool.#hear(peer, message),
      onUnreachable: (peer) => pool.#lose(peer, 'its connection was lost'),
      onDisconnect: () => pool.#probe(),
      onRefused: (_peer, message) => pool.#onEvent({ type: 'refused', message }),
      onDropped: (_peer, reason) => pool.#onEvent({ type: 'dropped', reason }),
    });
    pool.#sweptAt = performance.now();
    pool.#sweep = setInterval(() => pool.#loseSilent(), pool.#heartbeatMillis).unref();
    return pool;
  }

  /** Where workers connect to. */
  get endpoint(): string {
    return this.#broker?.endpoint ?? '';
  }

  execute<K extends RequestKind>(
    asked: RequestOf<K>,
    options: ExecuteOptions = {},
  ): Promise<ResultOf<K>> {
    const { signal } = options;
    return new Promise<Result>((resolve, reject) => {
      if (this.#failure) throw this.#failure;
      const request = checked(requestSchema, asked);
      if (signal?.aborted) throw cancelled(request.kind);
      const lease = `${this.#epoch}-${++this.#leases}`;
      const abort = () => this.#abandon(lease, cancelled(request.kind));
      const settled = () => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(lease, {
        options,
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      this.#apply(this.#table.submit(lease, request));
      // The table answers a request with a result of its own kind, or with a failure.
    }) as Promise<ResultOf<K>>;
  }

  workers(): readonly WorkerInfo[] {
    return [...this.#members].map(([peer, { hello }]) => ({
      name: hello.worker,
      versions: hello.versions,
      devices: hello.devices,
      engine: hello.engine,
      busy: this.#table.isBusy(peer),
    }));
  }

  /** Rejects all requests, those to come too: there will be no workers. */
  fail(error: Mu2NetError): void {
    this.#failure ??= error;
    for (const lease of [...this.#pending.keys()]) this.#abandon(lease, error);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const broker = this.#broker;
    if (!broker) return;
    this.fail(new Mu2NetError('CANCELLED', 'the pool was closed; resume the run to go on'));
    for (const peer of this.#members.keys()) broker.send(peer, { type: 'shutdown' });
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#noticeEmpty();
    });
    const waited = new AbortController();
    await Promise.race([empty, setTimeout(FAREWELL_MILLIS, undefined, waited)]);
    waited.abort();
    await broker.flushed();
    this.#broker = undefined;
    clearInterval(this.#sweep);
    broker.close();
  }

  #hear(peer: string, message: WorkerMessage): void {
    const member = this.#members.get(peer);
    if (message.type === 'hello') {
      this.#welcome(peer, message);
    } else if (member) {
      this.#members.set(peer, { ...member, heardAt: performance.now() });
      this.#listen(peer, member, message);
    } else {
      const known = this.#lost.get(peer);
      if (known && message.type !== 'goodbye') this.#welcome(peer, known);
    }
  }

  #listen(peer: string, { hello }: Member, message: Exclude<WorkerMessage, Hello>): void {
    switch (message.type) {
      case 'alive':
        break;
      case 'beat': {
        if (!this.#table.holds(peer, message)) break;
        const { lease, path, step, steps, qualities } = message;
        this.#tell(lease, ({ onProgress }) => onProgress?.({ path, step, steps, qualities }));
        break;
      }
      case 'measured':
        this.#apply(this.#table.measured(peer, message, message.measurement));
        break;
      case 'done':
        this.#apply(this.#table.done(peer, message, message.result));
        break;
      case 'failed':
        this.#apply(this.#table.failed(peer, message, message.code, message.message));
        break;
      case 'goodbye':
        this.#remove(peer, 'it left', { type: 'left', worker: hello.worker });
        break;
    }
  }

  /** Registers a worker that holds nothing; whatever it held before is void. */
  #welcome(peer: string, hello: Hello): void {
    if (this.#members.has(peer)) this.#lose(peer, 'it connected anew');
    this.#lost.delete(peer);
    this.#members.set(peer, { hello, heardAt: performance.now() });
    const heartbeatMillis = this.#heartbeatMillis;
    this.#broker?.send(peer, { type: 'welcome', version: PROTOCOL_VERSION, heartbeatMillis });
    this.#onEvent({ type: 'joined', worker: hello.worker });
    this.#apply(this.#table.join(peer));
  }

  #lose(peer: string, reason: string): void {
    const member = this.#members.get(peer);
    if (!member) return;
    this.#lost.set(peer, member.hello);
    this.#remove(peer, reason, { type: 'lost', worker: member.hello.worker, reason });
  }

  #remove(peer: string, reason: string, event: PoolEvent): void {
    this.#members.delete(peer);
    this.#apply(this.#table.lose(peer, reason));
    this.#onEvent(event);
    this.#noticeEmpty();
  }

  #noticeEmpty(): void {
    if (this.#members.size === 0) this.#onEmpty();
  }

  /** Sends to every worker, for a send to one that is gone fails. */
  #probe(): void {
    for (const millis of PROBE_MILLIS) {
      setTimeout(millis, undefined, { ref: false }).then(() => {
        for (const peer of this.#members.keys()) this.#broker?.send(peer, { type: 'ping' });
      });
    }
  }

  #loseSilent(): void {
    const now = performance.now();
    const stalled = now - this.#sweptAt > 2 * this.#heartbeatMillis;
    this.#sweptAt = now;
    for (const [peer, member] of this.#members) {
      if (stalled) {
        // It was this process that stood still: what workers said meanwhile is yet to be read.
        this.#members.set(peer, { ...member, heardAt: now });
      } else if (now - member.heardAt > this.#lostAfterMillis) {
        this.#lose(peer, `it was silent for ${this.#lostAfterMillis} ms`);
      }
    }
  }

  #apply(effects: readonly LeaseEffect[]): void {
    for (const effect of effects) {
      const { lease } = effect;
      switch (effect.kind) {
        case 'grant': {
          const { worker, attempt, request } = effect;
          this.#broker?.send(worker, { type: 'lease', lease, attempt, request });
          break;
        }
        case 'revoke':
          this.#broker?.send(effect.worker, { type: 'cancel', lease });
          break;
        case 'measured':
          this.#tell(lease, ({ onMeasured }) => onMeasured?.(effect.measurement));
          break;
        case 'done':
          this.#settle(lease)?.resolve(effect.result);
          break;
        case 'failed':
          this.#settle(lease)?.reject(new Mu2NetError(effect.code, effect.message));
          break;
      }
    }
  }

  /** Calls back; a request whose caller throws is given up with what was thrown. */
  #tell(lease: string, call: (options: ExecuteOptions) => void): void {
    const pending = this.#pending.get(lease);
    try {
      if (pending) call(pending.options);
    } catch (error) {
      this.#abandon(lease, error);
    }
  }

  #abandon(lease: string, error: unknown): void {
    this.#settle(lease)?.reject(error);
    this.#apply(this.#table.revoke(lease));
  }

  #settle(lease: string): Pending | undefined {
    const pending = this.#pending.get(lease);
    this.#pending.delete(lease);
    return pending;
  }
}
