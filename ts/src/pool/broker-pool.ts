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
import { DEFAULT_LIMITS, type Finding, Liveness, type LivenessLimits } from './liveness.js';
import type { ExecuteOptions, Pool, WorkerInfo } from './pool.js';
import type { Security } from './security.js';
import { StoredObjects } from './stored-objects.js';

/** What happens to the workers of a pool; `worker` is the name that the worker gave itself. */
export type PoolEvent =
  | { readonly type: 'joined'; readonly worker: string }
  /** Disconnected, silent for too long, or stuck: another worker gets its lease. */
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
  /** Its request makes no progress, and it will be lost if that goes on. */
  | { readonly type: 'slow'; readonly worker: string; readonly reason: string }
  /** Sent something that breaks the protocol while it held a lease, which is void. */
  | { readonly type: 'malformed'; readonly worker: string; readonly reason: string }
  | { readonly type: 'refused'; readonly message: string }
  /** Something on the socket was not a message of this protocol. */
  | { readonly type: 'dropped'; readonly reason: string };

export interface BrokerPoolOptions extends Partial<LivenessLimits> {
  /** Who the broker is, and which workers it lets in. */
  readonly security: Security;
  /** Address of an interface; a free port of the loopback interface by default. */
  readonly endpoint?: string;
  /** How often a request is tried before it fails because each worker was lost. */
  readonly maxAttempts?: number;
  readonly onEvent?: (event: PoolEvent) => void;
}

type Hello = WorkerMessageOf<'hello'>;

/** A lost worker. One that is stuck sends heartbeats, and returns only when it answers. */
interface Lost {
  readonly hello: Hello;
  readonly isStuck: boolean;
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
  readonly #liveness: Liveness;
  readonly #heartbeatMillis: number;
  readonly #onEvent: (event: PoolEvent) => void;
  /** Tells the leases of this process from those of another process at the same address. */
  readonly #epoch = randomBytes(4).toString('hex');
  readonly #pending = new Map<string, Pending>();
  readonly #members = new Map<string, Hello>();
  /** Lost workers, each of which is welcomed again when it shows that it works. */
  readonly #lost = new Map<string, Lost>();
  /** The request that each worker got last. */
  readonly #assigned = new Map<string, Request>();
  readonly #objects = new StoredObjects();
  #broker: Broker | undefined;
  #leases = 0;
  #failure: Mu2NetError | undefined;
  #closed: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #onEmpty: () => void = () => {};

  private constructor(options: BrokerPoolOptions) {
    this.#table = new LeaseTable(options.maxAttempts ?? 3);
    const limits = { ...DEFAULT_LIMITS, ...options };
    this.#liveness = new Liveness(limits, performance.now());
    this.#heartbeatMillis = limits.heartbeatMillis;
    this.#onEvent = options.onEvent ?? (() => {});
  }

  /** @throws Mu2NetError CONFIG_INVALID when the endpoint cannot be used. */
  static async open(options: BrokerPoolOptions): Promise<BrokerPool> {
    const pool = new BrokerPool(options);
    pool.#broker = await Broker.bind(options.endpoint ?? 'tcp://127.0.0.1:0', options.security, {
      onMessage: (peer, message) => pool.#receive(peer, message),
      onUnreachable: (peer) => pool.#lose(peer, 'its connection was lost'),
      onDisconnect: () => pool.#pingAll(),
      onRefused: (_peer, message) => pool.#onEvent({ type: 'refused', message }),
      onDropped: (peer, reason) => pool.#drop(peer, reason),
    });
    pool.#sweep = setInterval(() => pool.#act(), pool.#heartbeatMillis).unref();
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
    return [...this.#members].map(([peer, hello]) => ({
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

  /** Closes all connections; workers whose keys are still allowed return within a second. */
  async dropConnections(): Promise<void> {
    await this.#broker?.dropConnections();
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
      this.#liveness.hear(peer, performance.now());
      this.#handle(peer, member, message);
      if (!this.#table.isBusy(peer)) this.#liveness.end(peer);
    } else {
      const lost = this.#lost.get(peer);
      if (lost && provesWork(message, lost)) this.#welcome(peer, lost.hello);
    }
  }

  #handle(peer: string, hello: Hello, message: Exclude<WorkerMessage, Hello>): void {
    const now = performance.now();
    switch (message.type) {
      case 'alive':
        break;
      case 'working':
        if (this.#table.holds(peer, message)) this.#liveness.step(peer, now, message.steps);
        break;
      case 'beat': {
        if (!this.#table.holds(peer, message)) break;
        this.#liveness.step(peer, now);
        const { lease, pathId, step, steps, qualities } = message;
        this.#notify(lease, ({ onProgress }) => onProgress?.({ pathId, step, steps, qualities }));
        break;
      }
      case 'measured':
        if (!this.#acceptsObjects(peer, message)) break;
        if (this.#table.holds(peer, message)) this.#liveness.step(peer, now);
        this.#apply(this.#table.measured(peer, message, message.measurement), hello.worker);
        break;
      case 'done':
        if (!this.#acceptsObjects(peer, message)) break;
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

  /**
   * Whether what an answer says is stored is in the store. If not, the lease is void and the worker
   * is sent away: it lies, or has another store.
   */
  #acceptsObjects(peer: string, answer: Extract<WorkerMessage, { type: 'measured' | 'done' }>) {
    if (!this.#table.holds(peer, answer)) return true;
    const reason = this.#objects.flawOf(answer, this.#assigned.get(peer));
    if (reason === null) return true;
    const worker = this.#nameOf(peer);
    const message = `worker ${worker} is not trusted because ${reason}; let it use the store of the run`;
    this.#broker?.send(peer, { type: 'refused', version: PROTOCOL_VERSION, message });
    this.#remove(peer, reason, { type: 'lost', worker, reason });
    return false;
  }

  /** Registers a worker without a lease; a lease that it held before is void. */
  #welcome(peer: string, hello: Hello): void {
    if (this.#members.has(peer)) this.#lose(peer, 'it connected again');
    this.#lost.delete(peer);
    this.#members.set(peer, hello);
    this.#onEvent({ type: 'joined', worker: hello.worker });
    this.#admit(peer);
  }

  #admit(peer: string): void {
    this.#liveness.join(peer, performance.now());
    const heartbeatMillis = this.#heartbeatMillis;
    this.#broker?.send(peer, { type: 'welcome', version: PROTOCOL_VERSION, heartbeatMillis });
    this.#apply(this.#table.join(peer));
  }

  /**
   * Takes note of something that is not a message of this protocol. It may have been the answer of a
   * worker that holds a lease, which is void then, so that nobody waits for it.
   */
  #drop(peer: string, reason: string): void {
    if (!this.#members.has(peer) || !this.#table.isBusy(peer)) {
      this.#onEvent({ type: 'dropped', reason });
      return;
    }
    const worker = this.#nameOf(peer);
    this.#onEvent({ type: 'malformed', worker, reason });
    this.#apply(this.#table.malformed(peer, `worker ${worker}: ${reason}`));
    this.#admit(peer);
  }

  #lose(peer: string, reason: string, isStuck = false): void {
    const hello = this.#members.get(peer);
    if (!hello) return;
    this.#lost.set(peer, { hello, isStuck });
    this.#remove(peer, reason, { type: 'lost', worker: hello.worker, reason });
  }

  #remove(peer: string, reason: string, event: PoolEvent): void {
    this.#members.delete(peer);
    this.#assigned.delete(peer);
    this.#liveness.leave(peer);
    this.#apply(this.#table.lose(peer, reason));
    this.#onEvent(event);
    this.#noticeEmpty();
  }

  #nameOf(peer: string): string {
    return this.#members.get(peer)?.worker ?? peer;
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

  #act(): void {
    for (const finding of this.#liveness.sweep(performance.now())) this.#actOn(finding);
  }

  #actOn({ worker: peer, kind, reason }: Finding): void {
    switch (kind) {
      case 'slow':
        this.#onEvent({ type: 'slow', worker: this.#nameOf(peer), reason });
        break;
      case 'stuck': {
        const held = this.#table.heldBy(peer);
        if (held) this.#broker?.send(peer, { type: 'cancel', lease: held.lease });
        this.#lose(peer, reason, true);
        break;
      }
      case 'silent':
        this.#lose(peer, reason);
        break;
    }
  }

  /** @param answering The worker whose message has these effects. */
  #apply(effects: readonly LeaseEffect[], answering = ''): void {
    for (const effect of effects) {
      const { lease } = effect;
      switch (effect.kind) {
        case 'grant': {
          const { worker, attempt, request } = effect;
          this.#liveness.begin(worker, performance.now());
          this.#assigned.set(worker, request);
          this.#broker?.send(worker, { type: 'lease', lease, attempt, request });
          if (attempt > 1) this.#tellRetry(worker, attempt, request);
          break;
        }
        case 'revoke':
          this.#liveness.cancel(effect.worker, performance.now());
          this.#broker?.send(effect.worker, { type: 'cancel', lease });
          break;
        case 'measured':
          this.#notify(lease, ({ onMeasured }) => onMeasured?.(effect.measurement, answering));
          break;
        case 'done':
          this.#settle(lease)?.resolve(effect.result);
          break;
        case 'failed':
          this.#settle(lease)?.reject(this.#errorOf(effect));
          break;
      }
    }
  }

  #tellRetry(peer: string, attempt: number, request: Request): void {
    const worker = this.#nameOf(peer);
    const task = 'task' in request ? request.task.name : null;
    this.#onEvent({ type: 'retried', worker, request: request.kind, task, attempt });
  }

  #errorOf({ code, message, worker }: Extract<LeaseEffect, { kind: 'failed' }>): Mu2NetError {
    return new Mu2NetError(
      code,
      message,
      worker === undefined ? {} : { worker: this.#nameOf(worker) },
    );
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

/** Whether a message shows that a lost worker can do work again. */
function provesWork({ type }: WorkerMessage, { isStuck }: Lost): boolean {
  return isStuck ? type === 'done' || type === 'failed' : type !== 'goodbye';
}
