import { cancellable } from '../pool/cancellable.js';
import { cancelledError } from '../pool/errors.js';
import type { Pool } from '../pool/pool.js';
import { Batcher } from './batcher.js';
import type { HealthAnswer, PredictAnswer, TasksAnswer } from './documents.js';
import { type Gauges, Meters } from './meters.js';
import type { Query } from './read-request.js';
import { Refusal } from './refusal.js';
import type { ImageInput, ServedModels, Verdict } from './served-models.js';

/** Bounds of a predictor. */
export interface PredictorLimits {
  /** Images that wait at most. */
  readonly maxWaiting: number;
  /** Images that are computed together at most. */
  readonly maxBatch: number;
  /** How long an image waits for others. */
  readonly waitMillis: number;
  /** How long a request may take. */
  readonly timeoutSeconds: number;
  /** Bytes of the bodies that are in memory at a time. */
  readonly maxBytesInFlight: number;
}

/** Bytes that a batch may hold: well below what the pool accepts as one message. */
const MAX_BATCH_BYTES = 32 << 20;

/** Answers requests for predictions: admits, batches and computes them. It knows no HTTP. */
export class Predictor {
  readonly meters = new Meters();
  readonly run: string;
  readonly #models: ServedModels;
  readonly #limits: PredictorLimits;
  readonly #batcher: Batcher<ImageInput, Verdict>;
  readonly #ending = new AbortController();
  #pool: Pool | undefined;
  #status: HealthAnswer['status'] = 'starting';
  #bytesInFlight = 0;
  #inFlight = 0;
  #onIdle: () => void = () => {};

  constructor(run: string, models: ServedModels, limits: PredictorLimits) {
    this.run = run;
    this.#models = models;
    this.#limits = limits;
    const { maxWaiting: capacity, maxBatch, waitMillis } = limits;
    this.#batcher = new Batcher<ImageInput, Verdict>({
      limits: { capacity, maxBatch, maxBatchBytes: MAX_BATCH_BYTES, waitMillis },
      lanes: () => this.#workers,
      compute: (key, images) => this.#compute(key, images),
    });
  }

  get status(): HealthAnswer['status'] {
    return this.#status === 'ok' && this.#workers === 0 ? 'recovering' : this.#status;
  }

  get #workers(): number {
    return this.#pool?.workers().length ?? 0;
  }

  /**
   * Loads and compiles the models on a pool; then requests are accepted.
   * @throws Mu2NetError CANCELLED when the signal aborts before that, and what the pool throws.
   */
  async start(pool: Pool, signal?: AbortSignal): Promise<void> {
    this.#pool = pool;
    await this.#models.warmUp(cancellable(pool, signal), this.#limits.maxBatch);
    if (signal?.aborted) throw cancelledError('the start of the server');
    if (this.#status === 'starting') this.#status = 'ok';
  }

  /** Takes note that a worker will not be started again. */
  giveUp(): void {
    if (this.#workers === 0) this.#status = 'failed';
  }

  /** Makes a worker ready that was started again. */
  async recover(): Promise<void> {
    if (this.#pool === undefined || this.#status !== 'ok') return;
    if (this.#workers === 1) this.#status = 'recovering';
    try {
      await this.#models.warmUp(this.#pool, this.#limits.maxBatch);
    } finally {
      if (this.#status === 'recovering') this.#status = 'ok';
    }
  }

  tasks(): TasksAnswer {
    return { run: this.run, tasks: this.#models.describe() };
  }

  gauges(): Gauges {
    const isReady = this.status === 'ok';
    return { isReady, waiting: this.#batcher.waiting, workers: this.#workers };
  }

  /**
   * Admits a request before its body is read, and counts it until `work` is done.
   * @throws Refusal
   */
  async admit<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const { status } = this;
    if (status === 'closing') throw new Refusal('CLOSING', 'the server stops; try another one');
    if (status === 'failed') {
      throw new Refusal(
        'SIDECAR_LOST',
        'no worker starts any more; the log of the server says why',
      );
    }
    if (status !== 'ok') {
      throw new Refusal('NOT_READY', 'the models are being loaded; try again when /readyz is ok');
    }
    if (
      this.#bytesInFlight + bytes > this.#limits.maxBytesInFlight ||
      this.#batcher.waiting >= this.#limits.maxWaiting
    ) {
      throw new Refusal('QUEUE_FULL', 'too many requests wait already; try again later');
    }
    this.#bytesInFlight += bytes;
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#bytesInFlight -= bytes;
      if (--this.#inFlight === 0) this.#onIdle();
    }
  }

  /**
   * Predicts; the answer has the order of the images, then of the tasks.
   * @param gone aborts when the client is gone.
   * @throws Refusal, and what the pool throws.
   */
  async predict(query: Query, gone: AbortSignal): Promise<PredictAnswer> {
    const { tasks, key } = this.#models.select(query.tasks);
    const inputs = query.images.map((content) => ({
      value: { content, top: query.top },
      bytes: content.length,
    }));
    const timeout = AbortSignal.timeout(1000 * this.#limits.timeoutSeconds);
    const signal = AbortSignal.any([gone, timeout, this.#ending.signal]);
    const verdicts = await this.#batcher.submit(key, inputs, signal).catch((error: unknown) => {
      if (!timeout.aborted) throw error;
      const { timeoutSeconds } = this.#limits;
      throw new Refusal('TIMED_OUT', `no prediction within ${timeoutSeconds} s; try again later`);
    });
    return {
      predictions: verdicts.flatMap((verdict, image) => {
        if ('message' in verdict) {
          throw new Refusal('IMAGE_UNDECODABLE', `images.${image}: ${verdict.message}`);
        }
        return tasks.map((task) => ({ image, task, classes: verdict.get(task) ?? [] }));
      }),
    };
  }

  /** Accepts no more requests; waits for those in flight, at most so long, and then refuses them. */
  async close(graceMillis: number): Promise<void> {
    this.#status = 'closing';
    if (this.#inFlight > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      const timer = setTimeout(() => {
        this.#ending.abort(new Refusal('CLOSING', 'the server stops; try another one'));
      }, graceMillis);
      await idle;
      clearTimeout(timer);
    }
  }

  async #compute(key: string, images: readonly ImageInput[]): Promise<readonly Verdict[]> {
    const pool = this.#pool;
    if (pool === undefined) throw new Refusal('NOT_READY', 'no worker is there yet');
    const begun = performance.now();
    const verdicts = await this.#models.classify(pool, key, images);
    const seconds = (performance.now() - begun) / 1000;
    this.meters.computed(images.length, JSON.parse(key).length, seconds);
    return verdicts;
  }
}
