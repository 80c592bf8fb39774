import type { z } from 'zod';
import {
  type BrokerMessage,
  brokerMessage,
  type ControllerMessage,
  controllerMessage,
  type PoolMessage,
  PROTOCOL_VERSION,
  poolMessage,
  type WorkerMessage,
  workerMessage,
} from '../../../../protocol/index.js';
import { refusal, refusalOfController } from './versions.js';

/** The messages of a broker and of its peers. */
export interface Dialect<Incoming, Outgoing> {
  readonly incoming: z.ZodType<Incoming>;
  readonly outgoing: z.ZodType<Outgoing>;
  /** Says why a peer of this major version is refused. */
  reasonToRefuse(major: number): string;
  refuse(message: string): Outgoing;
}

/** The messages between a broker and its workers. */
export const WORKERS: Dialect<WorkerMessage, BrokerMessage> = {
  incoming: workerMessage,
  outgoing: brokerMessage,
  reasonToRefuse: refusal,
  refuse: (message) => ({ type: 'refused', version: PROTOCOL_VERSION, message }),
};

/** The messages between a standing pool and its controllers. */
export const CONTROLLERS: Dialect<ControllerMessage, PoolMessage> = {
  incoming: controllerMessage,
  outgoing: poolMessage,
  reasonToRefuse: refusalOfController,
  refuse: (message) => ({ type: 'rejected', version: PROTOCOL_VERSION, message }),
};
