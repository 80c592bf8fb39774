import { Dealer } from 'zeromq';
import {
  type BrokerMessage,
  brokerMessage,
  PROTOCOL_VERSION,
  type WorkerMessage,
  workerMessage,
} from '../../protocol/index.js';
import type { PoolEvent } from '../../ts/src/pool/broker-pool.js';
import { decode, encode } from '../../ts/src/pool/codec.js';
import { TAG } from '../../ts/src/pool/versions.js';

/** A worker in this process that says what the test makes it say, on a real socket. */
export class Peer {
  readonly socket: Dealer;

  constructor(endpoint: string, routingId: string) {
    this.socket = new Dealer({ routingId, linger: 0, receiveTimeout: 10_000 });
    this.socket.connect(endpoint);
  }

  say(message: WorkerMessage): Promise<void> {
    return this.socket.send([TAG, encode(workerMessage, message)]);
  }

  /** The next message of that type; others are skipped. */
  async hear<T extends BrokerMessage['type']>(type: T) {
    for (;;) {
      const [, payload = Buffer.alloc(0)] = await this.socket.receive();
      const message = decode(brokerMessage, payload);
      if (message.type === type) return message as Extract<BrokerMessage, { type: T }>;
    }
  }

  /** Registers as a worker of that name. */
  async join(worker: string): Promise<void> {
    await this.say({
      type: 'hello',
      version: PROTOCOL_VERSION,
      worker,
      epoch: '1',
      versions: { sidecar: '0', python: '0', jax: '0' },
      devices: [],
      engine: { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 },
    });
    await this.hear('welcome');
  }
}

/** Collects events, and waits for those to come. */
export class Events {
  readonly all: PoolEvent[] = [];
  #onEvent: () => void = () => {};

  readonly listen = (event: PoolEvent): void => {
    this.all.push(event);
    this.#onEvent();
  };

  /** The first event of that type, past or to come. */
  async first<T extends PoolEvent['type']>(type: T) {
    for (;;) {
      const event = this.all.find((event) => event.type === type);
      if (event) return event as Extract<PoolEvent, { type: T }>;
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }
}
