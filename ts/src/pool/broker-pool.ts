import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  PROTOCOL_VERSION,
  type Request,
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
import { validate } from './codec.js';
import { cancelledError } from './errors.js';
import { type LeaseEffect, LeaseTable } from './leases.js';
import type { ExecuteOptions, Pool, WorkerInfo } from './pool.js';

/** What happens to the workers of a pool; `worker` is the name that the worker gave itself. */
export type PoolEvent =
  | { readonly type: 'joined'; readonly worker: string }
  /** Disconnected, or silent for too long: another worker gets its lease. */
  | { readonly type: 'lost'; readonly worker: string; readonly reason: string }
  /** Said goodbye. */
  | { readonly type: 'left'; readonly worker: string }
  /** A worker gets a lease that an earlier attempt did not finish. */
  | {
      readonly type: 'retried';
      readonly worker: string;
      readonly request: RequestKind;
      /** The task of the request; null if it is not about one. */
      readonly task: string | null;
      readonly attempt: number;
    }
  | { readonly type: 'refused'; readonly message: string }
  /** Something on the socket was not a message of this protocol. */
  | { readonly type: 'dropped'; readonly reason: string };

export interface BrokerPoolOptions {
  /** Address of the loopback interface; port 0, the default, takes a free one. */
  readonly endpoint?: string;
  /** How often workers send a heartbeat. */
  readonly heartbeatMillis?: number;
  /** A worker that is silent for this long is lost. */
  readonly lostAfterMillis?: number;
  /** How often a request is tried before it fails because each worker was lost. */
  readonly maxAttempts?: number;
  readonly onEvent?: (event: PoolEvent) => void;
}

type Hello = WorkerMessageOf<'hello'>;

interface Member {
  readonly hello: Hello;
  /** When its last message arrived, in milliseconds of the monotonic clock. */
  readonly heardAt: number;
}

interface Pending {
  readonly options: ExecuteOptions;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How long `close` waits for busy workers to stop at their next step. */
const CLOSE_MILLIS = 2000;
/**
 * When workers are pinged after a connection was lost: at once, and again later because the socket may
 * not have noticed yet.
 */
const PING_MILLIS = [0, 20, 200];

/** A pool of workers that dial into a broker within this process. */
export class BrokerPool implements Pool {
  readonly #table: LeaseTable;
  readonly #heartbeatMillis: number;
  readonly #lostAfterMillis: number;
  readonly #onEvent: (event: PoolEvent) => void;
  /** Tells the leases of this process from those of another process at the same address. */
  readonly #epoch = randomBytes(4).toString('hex');
  readonly #pending = new Map<string, Pending>();
  readonly #members = new Map<string, Member>();
  /** Lost workers: each is welcomed again as soon as it sends a message. */
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
      onMessage: (peer, message) => pool.#receive(peer, message),
      onUnreachable: (peer) => pool.#lose(peer, 'its connection was lost'),
      onDisconnect: () => pool.#pingAll(),
      onRefused: (_peer, message) => pool.#onEvent({ type: 'refused', message }),
      onDropped: (_peer, reason) => pool.#onEvent({ type: 'dropped', reason }),
    });
    pool.#sweptAt = performance.now();
    pool.#sweep = setInterval(() => pool.#loseSilent(), pool.#heartbeatMillis).unref();
    return pool;
  }

  /** The address that workers connect to. */
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
      const request = validate(requestSchema, asked);
      if (signal?.aborted) throw cancelledError(request.kind);
      const lease = `${this.#epoch}-${++this.#leases}`;
      const abort = () => this.#abandon(lease, cancelledError(request.kind));
      const stopListening = () => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(lease, {
        options,
        resolve: (result) => {
          stopListening();
          resolve(result);
        },
        reject: (error) => {
          stopListening();
          reject(error);
        },
      });
      this.#apply(this.#table.submit(lease, request));
      // The lease table answers a request with a result of the same kind, or with a failure.
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

  /** Rejects all requests, now and later, because there will be no workers. */
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
    await Promise.race([empty, setTimeout(CLOSE_MILLIS, undefined, waited)]);
    waited.abort();
    await broker.flush();
    this.#broker = undefined;
    clearInterval(this.#sweep);
    broker.close();
  }

  #receive(peer: string, message: WorkerMessage): void {
    const member = this.#members.get(peer);
    if (message.type === 'hello') {
      this.#welcome(peer, message);
    } else if (member) {
      this.#members.set(peer, { ...member, heardAt: performance.now() });
      this.#handle(peer, member, message);
    } else {
      const known = this.#lost.get(peer);
      if (known && message.type !== 'goodbye') this.#welcome(peer, known);
    }
  }

  #handle(peer: string, { hello }: Member, message: Exclude<WorkerMessage, Hello>): void {
    switch (message.type) {
      case 'alive':
        break;
      case 'beat': {
        if (!this.#table.holds(peer, message)) break;
        const { lease, pathId, step, steps, qualities } = message;
        this.#notify(lease, ({ onProgress }) => onProgress?.({ pathId, step, steps, qualities }));
        break;
      }
      case 'measured':
        this.#apply(this.#table.measured(peer, message, message.measurement), hello.worker);
        break;
      case 'done':
        this.#apply(this.#table.done(peer, message, message.result), hello.worker);
        break;
      case 'failed':
        this.#apply(this.#table.failed(peer, message, message.code, message.message));
        break;
      case 'goodbye':
        this.#remove(peer, 'it left', { type: 'left', worker: hello.worker });
        break;
    }
  }

  /** Registers a worker without a lease; a lease that it held before is void. */
  #welcome(peer: string, hello: Hello): void {
    if (this.#members.has(peer)) this.#lose(peer, 'it connected again');
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

  /**
   * Pings every worker. ZeroMQ reports that some connection was lost, not which one, and the send to
   * the lost worker fails.
   */
  #pingAll(): void {
    for (const millis of PING_MILLIS) {
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
        // This process stood still, so messages of the workers may still be waiting to be read.
        this.#members.set(peer, { ...member, heardAt: now });
      } else if (now - member.heardAt > this.#lostAfterMillis) {
        this.#lose(peer, `it was silent for ${this.#lostAfterMillis} ms`);
      }
    }
  }

  /** @param answering The worker whose message has these effects. */
  #apply(effects: readonly LeaseEffect[], answering = ''): void {
    for (const effect of effects) {
      const { lease } = effect;
      switch (effect.kind) {
        case 'grant': {
          const { worker, attempt, request } = effect;
          this.#broker?.send(worker, { type: 'lease', lease, attempt, request });
          if (attempt > 1) this.#tellRetry(worker, attempt, request);
          break;
        }
        case 'revoke':
          this.#broker?.send(effect.worker, { type: 'cancel', lease });
          break;
        case 'measured':
          this.#notify(lease, ({ onMeasured }) => onMeasured?.(effect.measurement, answering));
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

  #tellRetry(peer: string, attempt: number, request: Request): void {
    const worker = this.#members.get(peer)?.hello.worker ?? '';
    const task = 'task' in request ? request.task.name : null;
    this.#onEvent({ type: 'retried', worker, request: request.kind, task, attempt });
  }

  /** Calls back; when the callback throws, the request is abandoned with that error. */
  #notify(lease: string, call: (options: ExecuteOptions) => void): void {
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
