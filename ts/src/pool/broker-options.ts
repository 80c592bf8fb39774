import type { ControllerMessage } from '../../../protocol/index.js';
import type { LivenessLimits } from './liveness.js';
import type { PoolEvent } from './pool-event.js';
import type { Barred } from './roster.js';

/** How a broker treats its workers, and who listens to it. */
export interface BrokerPoolOptions extends Partial<LivenessLimits> {
  /** Address of the loopback interface; port 0, the default, takes a free one. */
  readonly endpoint?: string;
  /** How often a request is tried before it fails because each worker was lost. */
  readonly maxAttempts?: number;
  readonly onEvent?: (event: PoolEvent) => void;
  /** Called with each message of a controller; without it, nobody listens to controllers. */
  readonly onController?: (peer: string, message: ControllerMessage) => void;
  /** Names of workers that get no requests. */
  readonly barred?: Iterable<readonly [worker: string, why: Barred]>;
  /** Whether workers stay when the pool closes, and wait for the next one at its address. */
  readonly keepsWorkers?: boolean;
}
