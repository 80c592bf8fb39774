import type { WorkerInfo } from './pool.js';
import type { PoolEvent } from './pool-event.js';

/** Something that happens to a worker of a pool, or to the work that it holds. */
export interface WorkerNews {
  /** Its name; null if it is not known. */
  readonly worker: string | null;
  readonly change:
    | 'starting'
    | 'ready'
    | 'left'
    | 'lost'
    | 'restarting'
    | 'gaveUp'
    | 'retried'
    | 'slow'
    | 'malformed'
    | 'refused'
    | 'dropped'
    | 'waiting'
    | 'back';
  /** One line for people, with the reason. */
  readonly message: string;
  /** The task of the work, if it is about one. */
  readonly task: string | null;
}

/** Returns the news of what the broker reports; `workers` are those that are connected. */
export function newsOf(event: PoolEvent, workers: readonly WorkerInfo[]): WorkerNews {
  switch (event.type) {
    case 'joined': {
      const info = workers.find(({ name }) => name === event.worker);
      const how = info ? `: ${machineText(info)}` : '';
      return news(event.worker, 'ready', `worker ${event.worker} is ready${how}`);
    }
    case 'lost':
      return news(event.worker, 'lost', `worker ${event.worker} was lost because ${event.reason}`);
    case 'left':
      return news(event.worker, 'left', `worker ${event.worker} left`);
    case 'retried': {
      const { worker, request, task, attempt, beside } = event;
      const what = task === null ? request : `${request} ${task}`;
      const message =
        beside === null
          ? `worker ${worker} goes on with '${what}', attempt ${attempt}`
          : `worker ${worker} does '${what}', too, because worker ${beside} is late with it`;
      return { ...news(worker, 'retried', message), task };
    }
    case 'slow':
      return news(event.worker, 'slow', `worker ${event.worker} is slow: ${event.reason}`);
    case 'malformed': {
      const message = `worker ${event.worker} sent a malformed message: ${event.reason}`;
      return news(event.worker, 'malformed', message);
    }
    case 'refused':
      return news(null, 'refused', event.message);
    case 'dropped': {
      const message = `dropped a message that is not of this protocol: ${event.reason}`;
      return news(null, 'dropped', message);
    }
  }
}

/** Builds news that are not about a task. */
export function news(
  worker: string | null,
  change: WorkerNews['change'],
  message: string,
): WorkerNews {
  return { worker, change, message, task: null };
}

/** Describes what a worker computes with: `JAX 0.10.2 on 2 × cpu, float32`. */
function machineText({ versions, devices, engine }: WorkerInfo): string {
  const count = engine.devices > 1 ? `${engine.devices} × ` : '';
  return `JAX ${versions.jax} on ${count}${devices[0]?.kind ?? 'no device'}, ${engine.precision}`;
}
