import {
  type ControllerMessage,
  type ControllerMessageOf,
  type PoolMessage,
  type PoolMessageOf,
  PROTOCOL_VERSION,
  type StoreAnswer,
  type StoreAsk,
  type WorkContext,
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { BrokerPool } from './broker-pool.js';
import { isAboutData } from './data/travelling-data.js';
import { tellFault } from './errors.js';
import type { Owner } from './leases/fair-queue.js';
import type { WorkerNews } from './worker-news.js';

/** The part of the pool that executes the requests of controllers. */
type Executor = Pick<BrokerPool, 'execute' | 'workers' | 'owners'>;

/** The use that a controller has made of a pool. */
export interface Use {
  readonly seconds: number;
  readonly requests: number;
}

/** A request in the pool. */
interface Job {
  readonly aborting: AbortController;
  /** Messages about it to its controller, which are repeated when the controller asks again. */
  readonly told: PoolMessage[];
  /** Questions of workers to the controller's store, by number, until it answers. */
  readonly asks: Map<number, OpenAsk>;
  isSettled: boolean;
}

interface OpenAsk {
  readonly ask: StoreAsk;
  readonly resolve: (answer: StoreAnswer) => void;
}

interface Controller {
  /** Its last introduction. */
  readonly introduction: ControllerMessageOf<'attach'>;
  readonly jobs: Map<string, Job>;
  /** Contexts of the requests that it submits next, by their ids. */
  readonly contexts: Map<string, WorkContext>;
  heardAt: number;
}

/** The minor version of a controller that understands `faulty`. */
const MINOR_OF_FAULTY = 3;
/** The minor version of a controller whose data travel. */
const MINOR_OF_DATA = 5;
/** How often controllers and the list of workers are looked after. */
const HEARTBEAT_MILLIS = 500;
/** A controller that is silent for this long is gone, and its requests are cancelled. */
const GONE_MILLIS = 15_000;
/** Requests that a controller may have in the pool: the rest waits in the controller. */
const WINDOW = 1024;

/**
 * Serves the controllers of a standing pool: executes what they submit, and tells each one what
 * happens to its requests. A controller that connects again goes on where it was.
 */
export class Controllers {
  readonly #executor: Executor;
  readonly #send: (peer: string, message: PoolMessage) => void;
  readonly #goneMillis: number;
  readonly #controllers = new Map<string, Controller>();
  readonly #timer: NodeJS.Timeout;
  readonly #usage: Map<string, Use>;
  #sweptAt = performance.now();
  #asks = 0;
  #crew = '';

  constructor(
    executor: Executor,
    send: (peer: string, message: PoolMessage) => void,
    {
      goneMillis = GONE_MILLIS,
      usage = [],
    }: {
      readonly goneMillis?: number | undefined;
      readonly usage?: Iterable<readonly [name: string, use: Use]>;
    } = {},
  ) {
    this.#usage = new Map(usage);
    this.#executor = executor;
    this.#send = send;
    this.#goneMillis = goneMillis;
    this.#timer = setInterval(() => this.#sweep(), HEARTBEAT_MILLIS).unref();
  }

  /** Describes the controllers that are attached. */
  list(): PoolMessageOf<'surveyed'>['controllers'] {
    return [...this.#controllers].map(([peer, { introduction }]) => {
      const { controller: name, share, priority } = introduction;
      return {
        name,
        share,
        priority,
        ...this.#executor.owners.countsOf(ownerOf(peer, introduction).id),
      };
    });
  }

  /** The use so far, by the names of controllers. */
  get usage(): ReadonlyMap<string, Use> {
    return this.#usage;
  }

  /** Takes note that workers held requests of an owner for so long. */
  use(owner: string, seconds: number): void {
    const name = nameOf(owner);
    const { seconds: before, requests } = this.#usage.get(name) ?? { seconds: 0, requests: 0 };
    this.#usage.set(name, { seconds: before + seconds, requests: requests + 1 });
  }

  /** Takes note of a message of a controller. */
  receive(peer: string, message: ControllerMessage): void {
    if (message.type === 'attach') {
      this.#attach(peer, message);
      return;
    }
    const controller = this.#controllers.get(peer);
    if (!controller) {
      if (message.type !== 'detach') this.#send(peer, { type: 'detached' });
      return;
    }
    controller.heardAt = performance.now();
    switch (message.type) {
      case 'context': {
        const { id, run, traceparent } = message;
        // One comes before each request, so there cannot be more of them.
        if (controller.contexts.size < WINDOW) controller.contexts.set(id, { run, traceparent });
        break;
      }
      case 'submit':
        this.#submit(peer, controller, message);
        break;
      case 'withdraw':
      case 'received':
        this.#forget(controller, message.id);
        break;
      case 'reply': {
        const asks = controller.jobs.get(message.id)?.asks;
        asks?.get(message.number)?.resolve(message.answer);
        asks?.delete(message.number);
        break;
      }
      case 'detach':
        this.#remove(peer);
        break;
    }
  }

  /** Tells all controllers what happens to a worker. */
  tellNews({ worker, change, message, task }: WorkerNews): void {
    const known = TOLD.find((each) => each === change);
    if (known === undefined) return;
    this.#tellAll({ type: 'news', worker, change: known, message, task });
    this.#tellCrew();
  }

  /** Forgets all controllers without a word: they wait for the next pool at this address. */
  close(): void {
    clearInterval(this.#timer);
    for (const peer of [...this.#controllers.keys()]) this.#remove(peer);
  }

  #attach(peer: string, introduction: ControllerMessageOf<'attach'>): void {
    const jobs = this.#controllers.get(peer)?.jobs ?? new Map<string, Job>();
    const controller = { introduction, jobs, contexts: new Map(), heardAt: performance.now() };
    this.#controllers.set(peer, controller);
    const awaited = new Set(introduction.awaits);
    for (const id of [...jobs.keys()]) if (!awaited.has(id)) this.#forget(controller, id);
    this.#send(peer, {
      type: 'attached',
      version: PROTOCOL_VERSION,
      heartbeatMillis: HEARTBEAT_MILLIS,
      window: WINDOW,
    });
    this.#send(peer, this.#crewMessage());
  }

  #submit(
    peer: string,
    controller: Controller,
    { id, request }: ControllerMessageOf<'submit'>,
  ): void {
    const { jobs, contexts } = controller;
    const context = contexts.get(id);
    contexts.delete(id);
    const known = jobs.get(id);
    if (known) {
      for (const message of known.told) this.#send(peer, message);
      for (const [number, { ask }] of known.asks) {
        this.#send(peer, { type: 'ask', id, number, ask });
      }
      return;
    }
    const job: Job = {
      aborting: new AbortController(),
      told: [],
      asks: new Map(),
      isSettled: false,
    };
    const tell = (message: PoolMessage) => {
      if (jobs.get(id) !== job) return;
      job.told.push(message);
      this.#send(peer, message);
    };
    if (jobs.size >= WINDOW) {
      const message = `the pool accepts ${WINDOW} requests of a controller at a time; wait for answers before you send more`;
      this.#send(peer, failureOf(id, new Mu2NetError('SIDECAR_FAILED', message)));
      return;
    }
    jobs.set(id, job);
    this.#executor
      .execute(
        request,
        {
          signal: job.aborting.signal,
          ...(context && { context }),
          // Progress is told once: whoever misses it hears of the next.
          onProgress: (progress) => this.#send(peer, { type: 'progress', id, ...progress }),
          onMeasured: (measurement, worker) => tell({ type: 'finished', id, worker, measurement }),
          onFaulty: (fault) => {
            if (controller.introduction.version.minor >= MINOR_OF_FAULTY) {
              tell({ type: 'faulty', id, ...fault });
            } else tellFault({}, fault);
          },
          onAsk: (ask) =>
            isAboutData(ask) && controller.introduction.version.minor < MINOR_OF_DATA
              ? Promise.resolve({ kind: 'missing' as const })
              : this.#pass(peer, id, job, ask),
        },
        ownerOf(peer, controller.introduction),
      )
      .then(
        (result) => tell({ type: 'answered', id, result }),
        (error: unknown) => tell(failureOf(id, error)),
      )
      .finally(() => {
        job.isSettled = true;
      });
  }

  /** Passes what a worker asks of the store on to the controller, which has it. */
  #pass(peer: string, id: string, { asks }: Job, ask: StoreAsk): Promise<StoreAnswer> {
    return new Promise((resolve) => {
      const number = ++this.#asks;
      asks.set(number, { ask, resolve });
      this.#send(peer, { type: 'ask', id, number, ask });
    });
  }

  /** Forgets a request, and cancels it if it is not settled. */
  #forget({ jobs }: Controller, id: string): void {
    const job = jobs.get(id);
    jobs.delete(id);
    if (job && !job.isSettled) job.aborting.abort();
  }

  #remove(peer: string): void {
    const controller = this.#controllers.get(peer);
    this.#controllers.delete(peer);
    if (!controller) return;
    for (const id of [...controller.jobs.keys()]) this.#forget(controller, id);
    this.#executor.owners.leave(ownerOf(peer, controller.introduction).id);
  }

  #sweep(): void {
    const now = performance.now();
    // This process stood still, so messages may still be waiting to be read.
    const stoodStill = now - this.#sweptAt > 4 * HEARTBEAT_MILLIS;
    this.#sweptAt = now;
    for (const [peer, controller] of this.#controllers) {
      if (stoodStill) controller.heardAt = now;
      else if (now - controller.heardAt > this.#goneMillis) this.#remove(peer);
    }
    this.#tellCrew();
  }

  #crewMessage(): PoolMessage {
    return { type: 'crew', workers: [...this.#executor.workers()] };
  }

  #tellCrew(): void {
    const message = this.#crewMessage();
    const crew = JSON.stringify(message);
    if (crew === this.#crew) return;
    this.#crew = crew;
    this.#tellAll(message);
  }

  #tellAll(message: PoolMessage): void {
    for (const peer of this.#controllers.keys()) this.#send(peer, message);
  }
}

/** Each controller has a line of its own, and is known by its name in what it used. */
function ownerOf(peer: string, attach: ControllerMessageOf<'attach'>): Owner {
  const { controller, share, priority } = attach;
  return { id: `${peer} ${controller}`, share, priority };
}

/** Returns the name of a controller by the id of its line. */
export const nameOf = (owner: string): string => owner.slice(owner.indexOf(' ') + 1);

/** News that cross the wire. */
const TOLD: readonly PoolMessageOf<'news'>['change'][] = [
  ...(['ready', 'left', 'lost', 'retried', 'slow'] as const),
  ...(['malformed', 'refused', 'dropped'] as const),
];

type FailureCode = PoolMessageOf<'unanswered'>['code'];

function failureOf(id: string, error: unknown): PoolMessage {
  const known = error instanceof Mu2NetError;
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return {
    type: 'unanswered',
    id,
    // The pool fails requests only with codes that a worker sends, or because it lost one.
    code: known ? (error.code as FailureCode) : 'SIDECAR_FAILED',
    message: line.slice(0, 8000),
    worker: (known ? error.subject.worker : undefined) ?? null,
  };
}
