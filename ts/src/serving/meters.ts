import type { Metric, Sample } from '../text/prometheus.js';

/** Counts observations in buckets, cumulatively, as Prometheus wants them. */
class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    for (const [nth, bound] of this.#bounds.entries()) {
      if (value <= bound) this.#counts[nth] = (this.#counts[nth] ?? 0) + 1;
    }
    this.#sum += value;
    this.#count++;
  }

  samples(): readonly Sample[] {
    return [
      ...this.#bounds.map((bound, nth) => ({
        suffix: '_bucket',
        labels: { le: String(bound) },
        value: this.#counts[nth] ?? 0,
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count },
      { suffix: '_sum', value: this.#sum },
      { suffix: '_count', value: this.#count },
    ];
  }
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The state of a server when its metrics are read. */
export interface Gauges {
  readonly isReady: boolean;
  readonly waiting: number;
  readonly workers: number;
}

/** Measurements of a prediction server since it was started. */
export class Meters {
  readonly #answers = new Map<number, number>();
  readonly #seconds = new Histogram(SECONDS);
  readonly #batchImages = new Histogram([1, 2, 4, 8, 16, 32]);
  readonly #batchSeconds = new Histogram(SECONDS);
  #predictions = 0;
  #losses = 0;

  /** Takes note of an answer to a request for predictions. */
  answered(status: number, seconds: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
    this.#seconds.observe(seconds);
  }

  /** Takes note of a batch that was computed by the models of so many tasks. */
  computed(images: number, tasks: number, seconds: number): void {
    this.#batchImages.observe(images);
    this.#batchSeconds.observe(seconds);
    this.#predictions += images * tasks;
  }

  /** Takes note of a worker that was lost. */
  lost(): void {
    this.#losses++;
  }

  read({ isReady, waiting, workers }: Gauges): readonly Metric[] {
    const answers = [...this.#answers].sort(([one], [other]) => one - other);
    return [
      {
        name: 'mu2net_serve_answers_total',
        help: 'Answers to requests for predictions, by HTTP status.',
        type: 'counter',
        samples: answers.map(([status, value]) => ({ labels: { status: String(status) }, value })),
      },
      {
        name: 'mu2net_serve_request_seconds',
        help: 'Time from a request for predictions to its answer.',
        type: 'histogram',
        samples: this.#seconds.samples(),
      },
      {
        name: 'mu2net_serve_predictions_total',
        help: 'Predictions: an image by the model of a task.',
        type: 'counter',
        samples: [{ value: this.#predictions }],
      },
      {
        name: 'mu2net_serve_batch_images',
        help: 'Images that were computed together.',
        type: 'histogram',
        samples: this.#batchImages.samples(),
      },
      {
        name: 'mu2net_serve_batch_seconds',
        help: 'Time that a batch took.',
        type: 'histogram',
        samples: this.#batchSeconds.samples(),
      },
      gauge('mu2net_serve_waiting_images', 'Images that wait for a batch.', waiting),
      gauge('mu2net_serve_ready', 'Whether requests are accepted: 1 or 0.', isReady ? 1 : 0),
      gauge('mu2net_serve_workers', 'Workers that are connected.', workers),
      {
        name: 'mu2net_serve_workers_lost_total',
        help: 'Workers that were lost; each is started again.',
        type: 'counter',
        samples: [{ value: this.#losses }],
      },
    ];
  }
}

const gauge = (name: string, help: string, value: number): Metric => ({
  name,
  help,
  type: 'gauge',
  samples: [{ value }],
});
