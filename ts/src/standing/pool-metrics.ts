import type { LeaseCounts } from '../pool/leases/accounting.js';
import type { LeaseEvent } from '../pool/leases/lease-event.js';
import type { WorkerState } from '../pool/roster.js';
import type { WorkerNews } from '../pool/worker-news.js';
import type { Metric, Sample } from '../text/prometheus.js';

/** The state of a pool at this moment. */
export interface PoolNow {
  readonly leases: LeaseCounts;
  readonly workers: readonly { readonly state: WorkerState; readonly busy: boolean }[];
  readonly controllers: number;
  readonly upSeconds: number;
}

const WORKER_STATES = ['idle', 'busy', 'draining', 'drained', 'evicted'] as const;
const OUTCOMES = ['done', 'failed', 'cancelled'] as const;
const CHILD_OUTCOMES = ['trained', 'diverged'] as const;
const CHANGES = ['ready', 'left', 'lost', 'slow', 'malformed', 'refused', 'dropped'] as const;
const DIRECTIONS = ['toWorker', 'fromWorker'] as const;

/** Counts what happens in a pool, and says it as metrics for Prometheus. */
export class PoolMetrics {
  readonly #requests = new Tally<(typeof OUTCOMES)[number]>(OUTCOMES);
  readonly #children = new Tally<(typeof CHILD_OUTCOMES)[number]>(CHILD_OUTCOMES);
  readonly #changes = new Tally<string>(CHANGES);
  readonly #bytes = new Tally<(typeof DIRECTIONS)[number]>(DIRECTIONS);
  #granted = 0;
  #retried = 0;
  #images = 0;
  #busySeconds = 0;

  /** Takes note of what happens to a request. */
  noteLease(event: LeaseEvent): void {
    switch (event.type) {
      case 'granted':
        this.#granted++;
        if (event.attempt > 1) this.#retried++;
        break;
      case 'measured':
        this.#children.add(event.outcome);
        this.#images += event.images ?? 0;
        break;
      case 'released':
        this.#busySeconds += event.seconds;
        break;
      case 'done':
      case 'failed':
      case 'cancelled':
        this.#requests.add(event.type);
        break;
    }
  }

  /** Takes note of what happens to a worker. */
  noteWorker({ change }: Pick<WorkerNews, 'change'>): void {
    if (CHANGES.some((each) => each === change)) this.#changes.add(change);
  }

  /** Takes note of bytes of stores and data that travel through the pool. */
  noteRelayed(direction: (typeof DIRECTIONS)[number], bytes: number): void {
    this.#bytes.add(direction, bytes);
  }

  /** Returns all metrics; `now` is the state of the pool at this moment. */
  list({ leases, workers, controllers, upSeconds }: PoolNow): readonly Metric[] {
    const states = new Tally<(typeof WORKER_STATES)[number]>(WORKER_STATES);
    for (const { state, busy } of workers) {
      states.add(state === 'ready' ? (busy ? 'busy' : 'idle') : state);
    }
    const utilisation = workers.length === 0 ? 0 : leases.running / workers.length;
    return [
      gauge('requests_waiting', 'Requests that wait for a worker.', leases.waiting),
      gauge('leases_running', 'Requests that workers hold.', leases.running),
      gauge('leases_late', 'Running ones that take much longer than others did.', leases.late),
      gauge('workers', 'Connected workers by state.', states.samples('state')),
      gauge('utilisation_ratio', 'Share of the workers that hold a request.', utilisation),
      gauge('controllers', 'Controllers that are attached.', controllers),
      gauge('up_seconds', 'Time since the pool was started.', upSeconds),
      counter('requests_total', 'Answered requests by outcome.', this.#requests.samples('outcome')),
      counter('leases_granted_total', 'Attempts that workers were given.', this.#granted),
      counter('leases_retried_total', 'Attempts after the first of a request.', this.#retried),
      counter('busy_seconds_total', 'Time that workers held requests.', this.#busySeconds),
      counter('children_total', 'Measured children by outcome.', this.#children.samples('outcome')),
      counter('images_total', 'Images that measured children were trained on.', this.#images),
      counter('relayed_bytes_total', 'Bytes of stores and data that travelled.', [
        { labels: { direction: 'to_worker' }, value: this.#bytes.of('toWorker') },
        { labels: { direction: 'from_worker' }, value: this.#bytes.of('fromWorker') },
      ]),
      counter('worker_events_total', 'Changes of workers by kind.', this.#changes.samples('event')),
    ];
  }
}

/** Counts by kind; each kind is there from the beginning, so that a rate begins at zero. */
class Tally<Kind extends string> {
  readonly #counts: Map<Kind, number>;

  constructor(kinds: readonly Kind[]) {
    this.#counts = new Map(kinds.map((kind) => [kind, 0]));
  }

  add(kind: Kind, count = 1): void {
    this.#counts.set(kind, this.of(kind) + count);
  }

  of(kind: Kind): number {
    return this.#counts.get(kind) ?? 0;
  }

  samples(label: string): readonly Sample[] {
    return [...this.#counts].map(([kind, value]) => ({ labels: { [label]: kind }, value }));
  }
}

type Value = number | readonly Sample[];

const metric = (type: Metric['type'], name: string, help: string, value: Value): Metric => ({
  name: `mu2net_pool_${name}`,
  help,
  type,
  samples: typeof value === 'number' ? [{ value }] : value,
});

const gauge = (name: string, help: string, value: Value) => metric('gauge', name, help, value);
const counter = (name: string, help: string, value: Value) => metric('counter', name, help, value);
