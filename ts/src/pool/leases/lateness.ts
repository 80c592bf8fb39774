import type { Request } from '../../../../protocol/index.js';

/** A lease is late when it takes so many times as long as expected. */
const LATE_FACTOR = 2;
/** A second worker may first have to compile programs and read data: less than this never pays. */
const LEAST_SECONDS = 20;
/** How much the newest measurement counts in what is expected. */
const NEWEST = 0.5;

/**
 * Tells which leases take much longer than comparable ones did. The longer one has been late, the
 * longer it is expected to go on, so by then a second worker that begins anew is expected to be
 * first. Nothing is late before a comparable lease was answered.
 */
export class Lateness {
  /** Seconds that a unit of work took, by what is comparable. */
  readonly #paces = new Map<string, number>();

  /** Takes note that a worker has answered a request in full. */
  learn(request: Request, seconds: number): void {
    const work = workOf(request);
    if (!work) return;
    const pace = seconds / work.units;
    const known = this.#paces.get(work.like);
    this.#paces.set(work.like, known === undefined ? pace : NEWEST * pace + (1 - NEWEST) * known);
  }

  /** Whether a request that a worker holds for so long is worth a second worker. */
  isLate(request: Request, seconds: number): boolean {
    const work = workOf(request);
    const pace = work ? this.#paces.get(work.like) : undefined;
    if (!work || pace === undefined) return false;
    return seconds > Math.max(LATE_FACTOR * work.units * pace, LEAST_SECONDS);
  }
}

/** Returns the kind and amount of a request's work; null if it must not be done twice at once. */
function workOf(request: Request): { readonly like: string; readonly units: number } | null {
  switch (request.kind) {
    case 'train': {
      const { batchesBetweenValidations, validations } = request.budget;
      const steps = batchesBetweenValidations * validations;
      return { like: `train ${request.task.name}`, units: steps * request.children.length };
    }
    case 'evaluate':
      return { like: `evaluate ${request.task.name} ${request.split}`, units: 1 };
    default:
      return null;
  }
}
