import type { Measurement, Request } from '../../../../protocol/index.js';

/** How much the newest measurement counts. */
const NEWEST = 0.5;
/** Tasks that are remembered. */
const TASKS = 8;

/** How workers train a task: by worker, the logarithm of the seconds that a step takes. */
interface Paces {
  readonly byWorker: Map<string, number>;
  sum: number;
}

/**
 * Learns how fast workers train, from the seconds that children took. They contain everything that
 * limits a worker: its device, its data, and how many children its memory holds at once.
 */
export class Speeds {
  /** The newest task is the last one. */
  readonly #tasks = new Map<string, Paces>();

  /** Takes note of a child that a worker has trained. One that needed compilations says little. */
  learn(worker: string, request: Request, measurement: Measurement): void {
    if (request.kind !== 'train' || measurement.kind !== 'trained') return;
    const { trainSeconds, compilations } = measurement;
    if (compilations > 0 || trainSeconds === 0) return;
    const { batchesBetweenValidations, validations } = request.budget;
    const pace = Math.log(trainSeconds / (batchesBetweenValidations * validations));
    const { name } = request.task;
    const paces = this.#tasks.get(name) ?? { byWorker: new Map(), sum: 0 };
    const known = paces.byWorker.get(worker);
    const learned = known === undefined ? pace : NEWEST * pace + (1 - NEWEST) * known;
    paces.byWorker.set(worker, learned);
    paces.sum += learned - (known ?? 0);
    this.#tasks.delete(name);
    this.#tasks.set(name, paces);
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size > TASKS && oldest !== undefined) this.#tasks.delete(oldest);
  }

  /** Returns how fast a worker is beside others at the same tasks: 2 is twice as fast as usual. */
  of(worker: string): number {
    const ratios = [...this.#tasks.values()].flatMap(({ byWorker, sum }) => {
      const own = byWorker.get(worker);
      return own === undefined || byWorker.size < 2 ? [] : [sum / byWorker.size - own];
    });
    if (ratios.length === 0) return 1;
    return Math.exp(ratios.reduce((total, each) => total + each, 0) / ratios.length);
  }

  /** Returns workers, the fastest first; equal ones stay in their order. */
  sort(workers: readonly string[]): readonly string[] {
    if (this.#tasks.size === 0) return workers;
    const speeds = new Map(workers.map((worker) => [worker, this.of(worker)]));
    return [...speeds].toSorted(([, a], [, b]) => b - a).map(([worker]) => worker);
  }
}
