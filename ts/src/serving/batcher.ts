import { type BatchLimits, BatchQueue, type Entry } from './batch-queue.js';
import { Refusal } from './refusal.js';

export interface BatcherOptions<Input, Output> {
  readonly limits: BatchLimits;
  /** How many batches may be computed at a time, at this moment. */
  readonly lanes: () => number;
  /** Computes a batch; answers in its order. */
  readonly compute: (key: string, inputs: readonly Input[]) => Promise<readonly Output[]>;
}

/** An input, and who waits for its output. */
interface Ticket<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/** Forms batches of what is submitted while earlier ones are computed. */
export class Batcher<Input, Output> {
  readonly #options: BatcherOptions<Input, Output>;
  readonly #queue: BatchQueue<Ticket<Input, Output>>;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions<Input, Output>) {
    this.#options = options;
    this.#queue = new BatchQueue(options.limits);
  }

  /** How many inputs wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Returns the outputs of inputs, in their order. An aborted signal withdraws those that still wait.
   *
   * @param key names what can be computed together.
   * @throws Refusal QUEUE_FULL when there is no room for all; what `compute` throws; the reason of
   *   the signal.
   */
  async submit(
    key: string,
    inputs: readonly Entry<Input>[],
    signal: AbortSignal,
  ): Promise<readonly Output[]> {
    signal.throwIfAborted();
    const tickets: Entry<Ticket<Input, Output>>[] = [];
    const outputs = inputs.map(
      ({ value: input, bytes }) =>
        new Promise<Output>((resolve, reject) => {
          tickets.push({ value: { input, resolve, reject }, bytes });
        }),
    );
    if (!this.#queue.offer(key, tickets, performance.now())) {
      const { capacity } = this.#options.limits;
      throw new Refusal('QUEUE_FULL', `${capacity} images wait already; try again later`);
    }
    const mine = new Set(tickets.map(({ value }) => value));
    const abort = () => {
      this.#queue.withdraw((ticket) => mine.has(ticket));
      for (const { reject } of mine) reject(signal.reason);
      this.#advance();
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#advance();
    try {
      return await Promise.all(outputs);
    } catch (error) {
      // The others of these inputs are of no use any more.
      this.#queue.withdraw((ticket) => mine.has(ticket));
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Computes what is due, as far as there are lanes, and comes back when more is due. */
  #advance(): void {
    clearTimeout(this.#timer);
    while (this.#running < Math.max(1, this.#options.lanes())) {
      const batch = this.#queue.take(performance.now());
      if (batch === null) break;
      void this.#compute(batch.key, batch.values);
    }
    const dueAt = this.#queue.dueAt();
    if (dueAt === null || this.#running >= Math.max(1, this.#options.lanes())) return;
    this.#timer = setTimeout(() => this.#advance(), Math.max(0, dueAt - performance.now()));
  }

  async #compute(key: string, tickets: readonly Ticket<Input, Output>[]): Promise<void> {
    this.#running++;
    try {
      const inputs = tickets.map(({ input }) => input);
      const outputs = await this.#options.compute(key, inputs);
      if (outputs.length !== tickets.length) {
        throw new Error(`a batch of ${tickets.length} images has ${outputs.length} answers`);
      }
      for (const [nth, output] of outputs.entries()) tickets[nth]?.resolve(output);
    } catch (error) {
      for (const { reject } of tickets) reject(error);
    } finally {
      this.#running--;
      this.#advance();
    }
  }
}
