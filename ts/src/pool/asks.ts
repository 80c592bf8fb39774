import type { BrokerMessageOf, Request, WorkerMessageOf } from '../../../protocol/index.js';
import { answerFromFolder } from './folder-store.js';
import type { ExecuteOptions } from './pool.js';

/** What a worker may ask of a store before it has the answers: two downloads, and an upload. */
const LARGEST_WINDOW = 32;

/** Answers what workers ask of the stores of their requests, a bounded number at a time. */
export class Asks {
  readonly #send: (peer: string, reply: BrokerMessageOf<'reply'>) => void;
  /** Called when a worker asks for more than it may. */
  readonly #onExcess: (peer: string, reason: string) => void;
  /** How many answers each worker waits for. */
  readonly #open = new Map<string, number>();

  constructor(
    send: (peer: string, reply: BrokerMessageOf<'reply'>) => void,
    onExcess: (peer: string, reason: string) => void,
  ) {
    this.#send = send;
    this.#onExcess = onExcess;
  }

  /** Answers a worker: by `onAsk`, or else from the folder of its request. */
  answer(
    peer: string,
    { lease, number, ask }: WorkerMessageOf<'ask'>,
    request: Request | undefined,
    onAsk: ExecuteOptions['onAsk'],
  ): void {
    const open = (this.#open.get(peer) ?? 0) + 1;
    if (!request) return;
    if (open > LARGEST_WINDOW) {
      this.#onExcess(peer, 'it asks for more parts of objects at a time than it may');
      return;
    }
    this.#open.set(peer, open);
    const answering = onAsk ? onAsk(ask) : answerFromFolder(request, ask);
    void answering.then((answer) => {
      const still = this.#open.get(peer);
      if (still === undefined) return;
      this.#open.set(peer, still - 1);
      this.#send(peer, { type: 'reply', lease, number, answer });
    });
  }

  /** Forgets what a worker asked before its current lease, or before it left. */
  reset(peer: string): void {
    this.#open.delete(peer);
  }
}
