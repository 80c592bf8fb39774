import type { Tracing } from '../tracing/tracing.js';
import type { LeaseEvent } from './leases/lease-event.js';
import type { LivenessLimits } from './liveness.js';
import type { PoolEvent } from './pool-event.js';
import type { Barred } from './roster.js';
import type { Security } from './wire/security.js';

/** How a broker treats its workers, and who listens to it. */
export interface BrokerPoolOptions extends Partial<LivenessLimits> {
  /** Who the broker is, and which workers it lets in. */
  readonly security: Security;
  /** Address of an interface; a free port of the loopback interface by default. */
  readonly endpoint?: string;
  /** How often a request is tried before it fails because each worker was lost. */
  readonly maxAttempts?: number;
  readonly onEvent?: (event: PoolEvent) => void;
  /** Called with each thing that happens to a request. */
  readonly onLease?: (event: LeaseEvent) => void;
  /** Records a span for each lease that a worker holds; by default nobody does. */
  readonly tracing?: Tracing;
  /** Called with the bytes of stores and data that travel to a worker or from it. */
  readonly onRelayed?: (direction: 'toWorker' | 'fromWorker', bytes: number) => void;
  /** Names of workers that get no requests. */
  readonly barred?: Iterable<readonly [worker: string, why: Barred]>;
  /** Whether workers stay when the pool closes, and wait for the next one at its address. */
  readonly keepsWorkers?: boolean;
  /**
   * Whether what workers report as stored is looked for in the store; true by default. A pool that
   * does not see the stores of its controllers leaves that to them.
   */
  readonly checksObjects?: boolean;
}
