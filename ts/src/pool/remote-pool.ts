import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import {
  type Measurement,
  type PoolMessage,
  type PoolMessageOf,
  PROTOCOL_VERSION,
  type Priority,
  type Request,
  type RequestKind,
  type RequestOf,
  type Result,
  type ResultOf,
  request as requestSchema,
  type WorkContext,
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { answerFromFolder } from './data/folder-store.js';
import { StoredObjects } from './data/stored-objects.js';
import { isAboutData, TravellingData } from './data/travelling-data.js';
import { cancelledError, tellFault } from './errors.js';
import { PendingRequests } from './pending.js';
import type { ExecuteOptions, Pool, Travel, WorkerInfo } from './pool.js';
import { validate } from './wire/codec.js';
import { ControllerLink } from './wire/controller-link.js';
import type { Credentials } from './wire/security.js';
import { news, type WorkerNews } from './worker-news.js';

/** How a controller uses a standing pool. */
export interface RemotePoolOptions {
  /** Name under which the pool counts what this controller uses; `user@host` by default. */
  readonly controller?: string | undefined;
  /** Weight beside other controllers of the same priority; 1 by default. */
  readonly share?: number | undefined;
  /** Whether its requests go before those of others; `normal` by default. */
  readonly priority?: Priority | undefined;
  /**
   * Whether a measurement counts only if its objects are in the store; true by default. Workers that
   * only simulate store nothing.
   */
  readonly checksObjects?: boolean | undefined;
  /** Called with each thing that happens to a worker, or to the connection. */
  readonly onWorker?: ((news: WorkerNews) => void) | undefined;
}

interface Entry {
  readonly request: Request;
  readonly context: WorkContext | undefined;
  readonly measured: Map<number, Measurement>;
  /** Children at which workers crashed alike. */
  readonly faulty: Set<number>;
  /** Whether the pool of this connection has it. */
  isSent: boolean;
  /** How many answers named objects that are not in the store. */
  flaws: number;
}

/** The minor version of a pool that takes `context`. */
const MINOR_OF_CONTEXT = 6;
/** So many flawed answers fail a request: no worker may be at hand that uses the run's store. */
const MAX_FLAWS = 3;

/**
 * A standing pool, `mu2net pool serve`, that this process shares with other controllers. It waits for
 * a pool that is away, and then submits again what is not answered: children that were measured are
 * not asked for again.
 */
export class RemotePool implements Pool {
  readonly endpoint: string;
  readonly #options: RemotePoolOptions;
  readonly #link: ControllerLink;
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new PendingRequests();
  readonly #data = new TravellingData();
  readonly #objects: StoredObjects | null;
  #workers: readonly WorkerInfo[] = [];
  #hasCrew = false;
  #state: 'connecting' | 'attached' | 'away' = 'connecting';
  #window = 1;
  #minor = 0;
  #requests = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #failure: Mu2NetError | undefined;
  #closed: Promise<void> | undefined;
  #onChange: () => void = () => {};

  constructor(endpoint: string, credentials: Credentials, options: RemotePoolOptions = {}) {
    this.endpoint = endpoint;
    this.#options = options;
    this.#objects = (options.checksObjects ?? true) ? new StoredObjects() : null;
    this.#link = new ControllerLink(endpoint, this.#epoch, credentials, {
      onConnect: () => this.#attach(),
      onDisconnect: () => this.#leave(),
      onMessage: (message) => this.#receive(message),
      onRefused: (message) => this.#fail(new Mu2NetError('PROTOCOL_VERSION', message)),
    });
  }

  /** Whether the pool has told its workers, which it does at once. */
  get hasCrew(): boolean {
    return this.#hasCrew;
  }

  /** Waits until the condition holds. @throws Mu2NetError when the pool fails or is closed. */
  async until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (condition()) return;
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  async execute<K extends RequestKind>(
    asked: RequestOf<K>,
    options: ExecuteOptions = {},
  ): Promise<ResultOf<K>> {
    if (this.#failure) throw this.#failure;
    const request = validate(requestSchema, asked);
    if (options.signal?.aborted) throw cancelledError(request.kind);
    const id = `${this.#epoch}-${++this.#requests}`;
    this.#entries.set(id, {
      ...{ request, context: options.context, measured: new Map(), faulty: new Set() },
      ...{ isSent: false, flaws: 0 },
    });
    const answer = this.#pending.add(id, options, () =>
      this.#abandon(id, cancelledError(request.kind)),
    );
    this.#submitNext();
    // A standing pool answers a request with a result of the same kind, or with a failure.
    return (await answer) as ResultOf<K>;
  }

  workers(): readonly WorkerInfo[] {
    return this.#workers;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#fail(new Mu2NetError('CANCELLED', 'the pool was closed; resume the run to go on'));
    this.#workers = [];
    this.#link.send({ type: 'detach' });
    await this.#link.close();
  }

  #attach(): void {
    const { controller = `${userInfo().username}@${hostname()}` } = this.#options;
    const { share = 1, priority = 'normal' } = this.#options;
    const awaits = [...this.#entries.keys()];
    const version = PROTOCOL_VERSION;
    this.#link.send({ type: 'attach', version, controller, share, priority, awaits });
  }

  #receive(message: PoolMessage): void {
    switch (message.type) {
      case 'attached':
        this.#enter(message);
        break;
      case 'detached':
        this.#attach();
        break;
      case 'rejected':
        this.#fail(new Mu2NetError('PROTOCOL_VERSION', message.message));
        break;
      case 'crew':
        this.#workers = message.workers.filter(({ state }) => state === 'ready');
        this.#hasCrew = true;
        this.#onChange();
        break;
      case 'news':
        this.#tell(message);
        break;
      case 'progress': {
        const { id, pathId, step, steps, qualities } = message;
        this.#notify(id, ({ onProgress }) => onProgress?.({ pathId, step, steps, qualities }));
        break;
      }
      case 'ask':
        void this.#answerAsk(message);
        break;
      case 'finished':
        this.#record(message);
        break;
      case 'faulty': {
        const { id, pathId, message: line } = message;
        const faulty = this.#entries.get(id)?.faulty;
        if (!faulty || faulty.has(pathId)) break;
        faulty.add(pathId);
        this.#notify(id, (options) => tellFault(options, { pathId, message: line }));
        break;
      }
      case 'answered':
        this.#settle(message.id, message.result);
        break;
      case 'unanswered': {
        const { id, code, message: line, worker } = message;
        this.#take(id, 'received');
        this.#pending.reject(id, new Mu2NetError(code, line, { worker: worker ?? undefined }));
        break;
      }
    }
  }

  /** Answers what a worker asks of the store of a request: it is a folder of this machine. */
  async #answerAsk({ id, number, ask }: PoolMessageOf<'ask'>): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const { request } = entry;
    const tell = (travel: Travel) => this.#notify(id, ({ onTravel }) => onTravel?.(travel));
    const answer = isAboutData(ask)
      ? await this.#data.answer(request, ask, tell)
      : await answerFromFolder(request, ask);
    this.#link.send({ type: 'reply', id, number, answer });
  }

  #enter({ window, heartbeatMillis, version }: PoolMessageOf<'attached'>): void {
    this.#minor = version.minor;
    if (this.#state === 'away') {
      this.#tell(news(null, 'back', `the pool at ${this.endpoint} is back`));
    }
    this.#state = 'attached';
    this.#window = window;
    clearInterval(this.#heartbeat);
    const beat = () => this.#link.send({ type: 'present' });
    this.#heartbeat = setInterval(beat, heartbeatMillis).unref();
    for (const entry of this.#entries.values()) entry.isSent = false;
    this.#submitNext();
    this.#onChange();
  }

  #leave(): void {
    if (this.#state !== 'attached' || this.#failure) return;
    this.#state = 'away';
    clearInterval(this.#heartbeat);
    const what = `the connection to the pool at ${this.endpoint} was lost`;
    this.#tell(news(null, 'waiting', `${what}; requests wait until it is back`));
  }

  /** Submits requests, the oldest first, as far as the window of the pool allows. */
  #submitNext(): void {
    if (this.#state !== 'attached') return;
    let free = this.#window;
    for (const [id, entry] of this.#entries) {
      if (free-- <= 0) return;
      if (entry.isSent) continue;
      const request = outstanding(entry);
      if (request === null) {
        this.#settle(id, { kind: 'train', measurements: [] });
        continue;
      }
      entry.isSent = true;
      const { context } = entry;
      if (context && this.#minor >= MINOR_OF_CONTEXT) {
        this.#link.send({ type: 'context', id, ...context });
      }
      this.#link.send({ type: 'submit', id, request });
    }
  }

  #record({ id, measurement, worker }: PoolMessageOf<'finished'>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.measured.has(measurement.pathId)) return;
    const told: Result = { kind: 'train', measurements: [measurement] };
    const flaw = this.#objects?.flawIn(told, entry.request);
    if (flaw) {
      this.#doubt(id, entry, `worker ${worker}: ${flaw}`);
      return;
    }
    entry.measured.set(measurement.pathId, measurement);
    this.#notify(id, ({ onMeasured }) => onMeasured?.(measurement, worker));
  }

  /** Answers a request with a result, to which earlier connections may have contributed. */
  #settle(id: string, result: Result): void {
    const asked = this.#entries.get(id);
    const flaw = asked && this.#objects?.flawIn(result, asked.request);
    if (asked && flaw) {
      this.#doubt(id, asked, flaw);
      return;
    }
    const entry = this.#take(id, 'received');
    if (entry) this.#pending.resolve(id, merged(entry, result));
  }

  /** Withdraws a request because of an answer that cannot be right, and submits it once more. */
  #doubt(id: string, entry: Entry, flaw: string): void {
    entry.flaws++;
    if (entry.flaws >= MAX_FLAWS) {
      const remedy = "'npx mu2net pool evict' sends a worker away; then resume the run";
      const message = `${flaw}; workers must use the store of the run: ${remedy}`;
      this.#abandon(id, new Mu2NetError('STORE_MISSING', message));
      return;
    }
    this.#tell(news(null, 'malformed', `an answer does not count because ${flaw}`));
    this.#link.send({ type: 'withdraw', id });
    entry.isSent = false;
    this.#submitNext();
  }

  /** Calls back; when the callback throws, the request is abandoned with that error. */
  #notify(id: string, call: (options: ExecuteOptions) => void): void {
    const failure = this.#pending.notify(id, call);
    if (failure) this.#abandon(id, failure.thrown);
  }

  #abandon(id: string, error: unknown): void {
    this.#take(id, 'withdraw');
    this.#pending.reject(id, error);
  }

  /** Removes a request, and tells the pool why; the next one takes its place. */
  #take(id: string, type: 'received' | 'withdraw'): Entry | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry) this.#link.send({ type, id });
    this.#submitNext();
    return entry;
  }

  #tell({ worker, change, message, task }: WorkerNews): void {
    this.#options.onWorker?.({ worker, change, message, task });
  }

  #fail(error: Mu2NetError): void {
    this.#failure ??= error;
    clearInterval(this.#heartbeat);
    for (const id of this.#pending.keys()) this.#abandon(id, error);
    this.#onChange();
  }
}

/** The request without the children that are measured; null if none is left. */
function outstanding({ request, measured, faulty }: Entry): Request | null {
  if (request.kind !== 'train') return request;
  const children = request.children.filter(
    ({ pathId }) => !measured.has(pathId) && !faulty.has(pathId),
  );
  return children.length === 0 ? null : { ...request, children };
}

function merged({ request, measured }: Entry, result: Result): Result {
  if (request.kind !== 'train' || result.kind !== 'train') return result;
  const all = new Map(measured);
  for (const measurement of result.measurements) all.set(measurement.pathId, measurement);
  const measurements = request.children.flatMap(({ pathId }) => all.get(pathId) ?? []);
  return { kind: 'train', measurements };
}
