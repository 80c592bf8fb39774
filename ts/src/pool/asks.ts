import type {
  BrokerMessageOf,
  Request,
  StoreAsk,
  WorkerMessageOf,
} from '../../../protocol/index.js';
import type { BrokerPoolOptions } from './broker-options.js';
import { answerFromFolder } from './data/folder-store.js';
import { isAboutData, TravellingData } from './data/travelling-data.js';
import type { ExecuteOptions } from './pool.js';

/** Most questions of a worker to a store that are open at once: two downloads, and an upload. */
const LARGEST_WINDOW = 32;

/**
 * Knows the request that each worker got last, and answers what the worker asks of its store, a
 * bounded number of questions at a time.
 */
export class Asks {
  readonly #send: (peer: string, reply: BrokerMessageOf<'reply'>) => void;
  /** Called when a worker asks for more than it may. */
  readonly #onExcess: (peer: string, reason: string) => void;
  readonly #onRelayed: NonNullable<BrokerPoolOptions['onRelayed']>;
  readonly #data = new TravellingData();
  readonly #requests = new Map<string, Request>();
  /** How many answers each worker waits for. */
  readonly #open = new Map<string, number>();

  constructor(
    send: (peer: string, reply: BrokerMessageOf<'reply'>) => void,
    onExcess: (peer: string, reason: string) => void,
    onRelayed: BrokerPoolOptions['onRelayed'] = () => {},
  ) {
    this.#onRelayed = onRelayed;
    this.#send = send;
    this.#onExcess = onExcess;
  }

  /** Answers a worker: by `onAsk`, or else from the folder of its request. */
  answer(
    peer: string,
    { lease, number, ask }: WorkerMessageOf<'ask'>,
    { onAsk, onTravel }: Pick<ExecuteOptions, 'onAsk' | 'onTravel'>,
  ): void {
    const request = this.#requests.get(peer);
    const open = (this.#open.get(peer) ?? 0) + 1;
    if (!request) return;
    if (open > LARGEST_WINDOW) {
      this.#onExcess(peer, 'it asks for more parts of objects at a time than it may');
      return;
    }
    this.#open.set(peer, open);
    if (ask.kind === 'write') this.#onRelayed('fromWorker', ask.data.length);
    const answering = onAsk ? onAsk(ask) : this.#answer(request, ask, onTravel);
    void answering.then((answer) => {
      const still = this.#open.get(peer);
      if (still === undefined) return;
      this.#open.set(peer, still - 1);
      if (answer.kind === 'part') this.#onRelayed('toWorker', answer.data.length);
      this.#send(peer, { type: 'reply', lease, number, answer });
    });
  }

  #answer(request: Request, ask: StoreAsk, onTravel: ExecuteOptions['onTravel']) {
    if (!isAboutData(ask)) return answerFromFolder(request, ask);
    return this.#data.answer(request, ask, onTravel);
  }

  /** Notes the request that a worker gets; what it asked before is void. */
  assign(peer: string, request: Request): void {
    this.#requests.set(peer, request);
    this.#open.delete(peer);
  }

  /** Returns the request that a worker got last. */
  requestOf(peer: string): Request | undefined {
    return this.#requests.get(peer);
  }

  /** Forgets a worker that left. */
  forget(peer: string): void {
    this.#requests.delete(peer);
    this.#open.delete(peer);
  }
}
