import { randomBytes } from 'node:crypto';
import {
  type BrokerMessage,
  PROTOCOL_VERSION,
  type RequestKind,
  type RequestOf,
  type ResultOf,
  request as requestSchema,
  type WorkerMessage,
  type WorkerMessageOf,
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { Asks } from './asks.js';
import type { BrokerPoolOptions } from './broker-options.js';
import { StoredObjects } from './data/stored-objects.js';
import { cancelledError, errorOf, evictedText, tellFault } from './errors.js';
import { type Owner, SOLE_OWNER } from './leases/fair-queue.js';
import type { Held } from './leases/holders.js';
import type { LeaseEffect } from './leases/lease-effect.js';
import { LeaseJournal } from './leases/lease-journal.js';
import { LeaseTable } from './leases/leases.js';
import { DEFAULT_LIMITS, type Finding, Liveness } from './liveness.js';
import { PendingRequests } from './pending.js';
import type { ExecuteOptions, Pool, WorkerInfo } from './pool.js';
import { type PoolEvent, retriedEvent } from './pool-event.js';
import { type Barred, Roster, type WorkerState } from './roster.js';
import { pingSoon, within } from './waiting.js';
import { Broker } from './wire/broker.js';
import { validate } from './wire/codec.js';
import { WORKERS } from './wire/dialects.js';

type Hello = WorkerMessageOf<'hello'>;

/** How long `close` waits for busy workers to stop at their next step. */
const CLOSE_MILLIS = 2000;

/** A pool of workers that dial into a broker within this process. */
export class BrokerPool implements Pool {
  readonly #table: LeaseTable;
  readonly #liveness: Liveness;
  readonly #heartbeatMillis: number;
  readonly #onEvent: (event: PoolEvent) => void;
  /** Tells the leases of this process from those of another process at the same address. */
  readonly #epoch = randomBytes(4).toString('hex');
  readonly #objects: StoredObjects | null;
  readonly #pending = new PendingRequests();
  readonly #roster: Roster;
  readonly #keepsWorkers: boolean;
  readonly #asks: Asks;
  readonly #journal: LeaseJournal;
  readonly #nameOf = (peer: string): string => this.#roster.nameOf(peer);
  #broker: Broker<WorkerMessage, BrokerMessage> | undefined;
  #leases = 0;
  #failure: Mu2NetError | undefined;
  #closed: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;

  private constructor(options: BrokerPoolOptions) {
    this.#journal = new LeaseJournal(options);
    this.#asks = new Asks(
      (peer, reply) => this.#broker?.send(peer, reply),
      (peer, reason) => this.#drop(peer, reason),
      options.onRelayed,
    );
    this.#table = new LeaseTable(options.maxAttempts ?? 3, {
      now: () => performance.now(),
      onReleased: (release) => this.#journal.release(release),
    });
    const limits = { ...DEFAULT_LIMITS, ...options };
    this.#liveness = new Liveness(limits, performance.now());
    this.#heartbeatMillis = limits.heartbeatMillis;
    this.#onEvent = options.onEvent ?? (() => {});
    this.#roster = new Roster(options.barred);
    this.#keepsWorkers = options.keepsWorkers ?? false;
    this.#objects = (options.checksObjects ?? true) ? new StoredObjects() : null;
  }

  /** @throws Mu2NetError CONFIG_INVALID when the endpoint cannot be used. */
  static async open(options: BrokerPoolOptions): Promise<BrokerPool> {
    const pool = new BrokerPool(options);
    const { endpoint = 'tcp://127.0.0.1:0', security } = options;
    pool.#broker = await Broker.bind(endpoint, security, WORKERS, {
      onMessage: (peer, message) => pool.#receive(peer, message),
      onUnreachable: (peer) => pool.#lose(peer, 'its connection was lost'),
      onDisconnect: () => pingSoon(() => pool.#pingAll()),
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

  async execute<K extends RequestKind>(
    asked: RequestOf<K>,
    options: ExecuteOptions = {},
    owner: Owner = SOLE_OWNER,
  ): Promise<ResultOf<K>> {
    if (this.#failure) throw this.#failure;
    const request = validate(requestSchema, asked);
    if (options.signal?.aborted) throw cancelledError(request.kind);
    const lease = `${this.#epoch}-${++this.#leases}`;
    const answer = this.#pending.add(lease, options, () =>
      this.#abandon(lease, cancelledError(request.kind)),
    );
    this.#journal.add(lease, request, owner, options.context);
    this.#apply(this.#table.submit(lease, request, owner));
    // The lease table answers a request with a result of the same kind, or with a failure.
    return (await answer) as ResultOf<K>;
  }

  workers(): readonly (WorkerInfo & { readonly state: WorkerState })[] {
    return this.#roster.describe((peer) => this.#table.isBusy(peer));
  }

  /** The owners of requests, and how many requests each has. */
  get owners(): Pick<LeaseTable, 'counts' | 'countsOf' | 'leave'> {
    return this.#table;
  }

  /** Grants no more leases; those that workers hold go on. */
  pause(): void {
    this.#table.pause();
  }

  /** Names of workers that get no requests, and why. */
  barred(): readonly (readonly [worker: string, why: Barred])[] {
    return this.#roster.barred();
  }

  /**
   * Bars a worker from requests, or admits it again (null). A drained one finishes its request and
   * leaves; an evicted one leaves at once, and another worker gets its request. Returns whether a
   * worker of this name is connected or barred.
   */
  bar(worker: string, why: Barred | null): boolean {
    const peers = this.#roster.peersOf(worker);
    if (peers.length === 0 && this.#roster.whyBarred(worker) === null) return false;
    this.#roster.bar(worker, why);
    for (const peer of peers) {
      if (why === 'evicted') this.#evict(peer);
      else if (why === null) this.#apply(this.#table.wake(peer));
      else if (this.#table.rest(peer)) this.#broker?.send(peer, { type: 'shutdown' });
    }
    return true;
  }

  #evict(peer: string): void {
    const held = this.#table.heldBy(peer);
    if (held) this.#broker?.send(peer, { type: 'cancel', lease: held.lease });
    this.#expel(peer, 'it was evicted', evictedText(this.#roster.nameOf(peer)));
  }

  #expel(peer: string, reason: string, message: string): void {
    this.#refuse(peer, message);
    this.#remove(peer, reason, { type: 'lost', worker: this.#roster.nameOf(peer), reason });
  }

  #refuse(peer: string, message: string): void {
    this.#broker?.send(peer, { type: 'refused', version: PROTOCOL_VERSION, message });
  }

  /** Rejects all requests, now and later, because there will be no workers. */
  fail(error: Mu2NetError): void {
    this.#failure ??= error;
    for (const lease of this.#pending.keys()) this.#abandon(lease, error);
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
    if (!this.#keepsWorkers) await this.#dismissAll(broker);
    await broker.flush();
    this.#broker = undefined;
    clearInterval(this.#sweep);
    broker.close();
  }

  /** Asks all workers to leave, and waits until they have, but not for long. */
  async #dismissAll(broker: Broker<WorkerMessage, BrokerMessage>): Promise<void> {
    for (const peer of this.#roster.peers()) broker.send(peer, { type: 'shutdown' });
    await within(CLOSE_MILLIS, this.#roster.whenEmpty());
  }

  #receive(peer: string, message: WorkerMessage): void {
    const member = this.#roster.helloOf(peer);
    if (message.type === 'hello') {
      this.#welcome(peer, message);
    } else if (member) {
      const wasBusy = this.#table.isBusy(peer);
      this.#liveness.hear(peer, performance.now());
      this.#handle(peer, member, message);
      if (this.#table.isBusy(peer)) return;
      this.#liveness.end(peer);
      if (wasBusy && this.#roster.isBarred(peer)) this.#broker?.send(peer, { type: 'shutdown' });
    } else {
      const hello = this.#roster.returning(peer, message);
      if (hello) this.#welcome(peer, hello);
    }
  }

  #handle(peer: string, hello: Hello, message: Exclude<WorkerMessage, Hello>): void {
    switch (message.type) {
      case 'schemes':
      case 'offers':
        this.#apply(this.#table.offer(peer, message, this.#roster.isBarred(peer)));
        break;
      case 'working':
        this.#step(peer, message, message.steps);
        break;
      case 'beat': {
        if (!this.#step(peer, message)) break;
        const { lease, pathId, step, steps, qualities } = message;
        this.#notify(lease, ({ onProgress }) => onProgress?.({ pathId, step, steps, qualities }));
        break;
      }
      case 'measured':
        if (!this.#acceptsObjects(peer, message)) break;
        this.#step(peer, message);
        this.#apply(this.#table.measured(peer, message, message.measurement), hello.worker);
        break;
      case 'ask':
        if (!this.#step(peer, message)) break;
        this.#notify(message.lease, (options) => this.#asks.answer(peer, message, options));
        break;
      case 'done':
        if (!this.#acceptsObjects(peer, message)) break;
        this.#apply(this.#table.done(peer, message, message.result), hello.worker);
        break;
      case 'failed':
        this.#apply(this.#table.failed(peer, message, message.code, message.message));
        break;
      case 'crashed':
        this.#apply(this.#table.crashed(peer, message, message.message));
        break;
      case 'goodbye':
        this.#remove(peer, 'it left', { type: 'left', worker: hello.worker });
        break;
    }
  }

  /** Takes note that a request makes progress; returns whether the worker still holds it. */
  #step(peer: string, held: Held, steps?: number): boolean {
    const holds = this.#table.holds(peer, held);
    if (holds) this.#liveness.step(peer, performance.now(), steps);
    return holds;
  }

  /** Sends a worker away that reports objects which the store does not have; its lease is void. */
  #acceptsObjects(peer: string, answer: Extract<WorkerMessage, { type: 'measured' | 'done' }>) {
    if (!this.#table.holds(peer, answer)) return true;
    const reason = this.#objects?.flawOf(answer, this.#asks.requestOf(peer)) ?? null;
    if (reason === null) return true;
    const name = this.#roster.nameOf(peer);
    this.#expel(peer, reason, `worker ${name} is not trusted because ${reason}`);
    return false;
  }

  /** Registers a worker without a lease; a lease that it held before is void. */
  #welcome(peer: string, hello: Hello): void {
    if (this.#roster.has(peer)) this.#lose(peer, 'it connected again');
    const { worker } = hello;
    if (this.#roster.whyBarred(worker) === 'evicted') {
      this.#refuse(peer, evictedText(worker));
      return;
    }
    this.#roster.add(peer, hello);
    this.#onEvent({ type: 'joined', worker });
    this.#admit(peer);
  }

  #admit(peer: string): void {
    this.#liveness.join(peer, performance.now());
    const heartbeatMillis = this.#heartbeatMillis;
    this.#broker?.send(peer, { type: 'welcome', version: PROTOCOL_VERSION, heartbeatMillis });
    const mustTell = this.#roster.tellsOffers(peer) && !this.#table.hasOffered(peer);
    this.#apply(this.#table.join(peer, mustTell || this.#roster.isBarred(peer)));
  }

  /**
   * Takes note of something that is not a message of this protocol. It may have been the answer of a
   * worker that holds a lease, which is void then, so that nobody waits for it.
   */
  #drop(peer: string, reason: string): void {
    if (!this.#roster.has(peer) || !this.#table.isBusy(peer)) {
      this.#onEvent({ type: 'dropped', reason });
      return;
    }
    const worker = this.#roster.nameOf(peer);
    this.#onEvent({ type: 'malformed', worker, reason });
    this.#apply(this.#table.malformed(peer, `worker ${worker}: ${reason}`));
    this.#admit(peer);
  }

  #lose(peer: string, reason: string, isStuck = false): void {
    const hello = this.#roster.helloOf(peer);
    if (!hello) return;
    this.#roster.lose(peer, isStuck);
    this.#remove(peer, reason, { type: 'lost', worker: hello.worker, reason });
  }

  #remove(peer: string, reason: string, event: PoolEvent): void {
    this.#roster.remove(peer);
    this.#asks.forget(peer);
    this.#liveness.leave(peer);
    this.#apply(this.#table.lose(peer, reason));
    this.#onEvent(event);
  }

  #pingAll(): void {
    for (const peer of this.#roster.peers()) this.#broker?.send(peer, { type: 'ping' });
  }

  #act(): void {
    this.#apply(this.#table.failUnserved(this.#nameOf));
    this.#apply(this.#table.help());
    for (const finding of this.#liveness.sweep(performance.now())) this.#actOn(finding);
  }

  #actOn({ worker: peer, kind, reason }: Finding): void {
    switch (kind) {
      case 'slow':
        this.#onEvent({ type: 'slow', worker: this.#roster.nameOf(peer), reason });
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
      this.#journal.note(effect, this.#nameOf, answering);
      switch (effect.kind) {
        case 'grant': {
          const { worker, attempt, request } = effect;
          this.#liveness.begin(worker, performance.now());
          this.#asks.assign(worker, request);
          const context = this.#roster.takesContext(worker) && this.#journal.contextOf(effect);
          if (context) this.#broker?.send(worker, { type: 'context', lease, ...context });
          this.#broker?.send(worker, { type: 'lease', lease, attempt, request });
          if (attempt > 1) this.#onEvent(retriedEvent(effect, this.#nameOf));
          break;
        }
        case 'revoke':
          this.#liveness.cancel(effect.worker, performance.now());
          this.#broker?.send(effect.worker, { type: 'cancel', lease });
          break;
        case 'measured':
          this.#notify(lease, ({ onMeasured }) => onMeasured?.(effect.measurement, answering));
          break;
        case 'faulty':
          this.#notify(lease, (options) => tellFault(options, effect));
          break;
        case 'done':
          this.#pending.resolve(lease, effect.result);
          break;
        case 'failed':
          this.#pending.reject(lease, errorOf(effect, this.#nameOf));
          break;
      }
    }
  }

  /** Calls back; when the callback throws, the request is abandoned with that error. */
  #notify(lease: string, call: (options: ExecuteOptions) => void): void {
    const failure = this.#pending.notify(lease, call);
    if (failure) this.#abandon(lease, failure.thrown);
  }

  #abandon(lease: string, error: unknown): void {
    this.#pending.reject(lease, error);
    this.#journal.cancel(lease);
    this.#apply(this.#table.revoke(lease));
  }
}
