import { Router } from 'zeromq';
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
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { decode, encode, MalformedMessage } from './codec.js';
import { majorOf, refusal, TAG } from './versions.js';

export interface BrokerHandlers {
  readonly onMessage: (peer: string, message: WorkerMessage) => void;
  /** A message of a controller; undefined: controllers are not served. */
  readonly onController?: ((peer: string, message: ControllerMessage) => void) | undefined;
  /** The peer is not connected; nothing more reaches it. */
  readonly onUnreachable: (peer: string) => void;
  /** Some peer's connection was lost; the socket does not say whose. */
  readonly onDisconnect: () => void;
  /** A peer of another protocol version was refused. */
  readonly onRefused: (peer: string, message: string) => void;
  /** Something that is not a message of this protocol was dropped. */
  readonly onDropped: (peer: string, reason: string) => void;
}

const LARGEST_MESSAGE_BYTES = 64 << 20;
const LOOPBACK = /^tcp:\/\/(127(\.\d{1,3}){3}|\[::1\]|localhost):(\d+|\*)$/;

/** How the routing id of a controller begins; no name of a worker has a colon. */
export const CONTROLLER = 'controller:';

const isController = (peer: string): boolean => peer.startsWith(CONTROLLER);

/**
 * The socket that workers and controllers dial into. It speaks the protocol's frames and knows peers by their routing
 * ids; leases are not its concern.
 */
export class Broker {
  readonly #socket = new Router({
    mandatory: true,
    handover: true,
    linger: 0,
    // Each worker has one request in flight, so queues stay short and need no limit. A send then
    // fails only for a peer that is leaving, and waiting for it would delay all others.
    sendHighWaterMark: 0,
    sendTimeout: 0,
    maxMessageSize: LARGEST_MESSAGE_BYTES,
    handshakeInterval: 5000,
    heartbeatInterval: 1000,
    heartbeatTimeout: 5000,
  });
  readonly #handlers: BrokerHandlers;
  /** The last send: a socket takes one at a time. */
  #sending: Promise<void> = Promise.resolve();

  private constructor(handlers: BrokerHandlers) {
    this.#handlers = handlers;
  }

  /**
   * @param endpoint Address of the loopback interface; port 0 takes a free one.
   * @throws Mu2NetError CONFIG_INVALID when the endpoint is another, or cannot be bound.
   */
  static async bind(endpoint: string, handlers: BrokerHandlers): Promise<Broker> {
    if (!LOOPBACK.test(endpoint)) {
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `${endpoint}: only loopback addresses are accepted, because connections are not encrypted; use tcp://127.0.0.1:0 and reach it through an ssh tunnel`,
      );
    }
    const broker = new Broker(handlers);
    broker.#socket.ipv6 = endpoint.includes('[');
    try {
      await broker.#socket.bind(endpoint);
    } catch (error) {
      broker.close();
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `${endpoint}: cannot be bound: ${error instanceof Error ? error.message : error}; choose another port`,
        { cause: error },
      );
    }
    broker.#socket.events.on('disconnect', () => handlers.onDisconnect());
    void broker.#receive();
    return broker;
  }

  /** The address at which it listens. */
  get endpoint(): string {
    return this.#socket.lastEndpoint ?? '';
  }

  /** Sends a message to a peer. @throws MalformedMessage when it breaks its schema. */
  send(peer: string, message: BrokerMessage): void {
    this.#send(peer, encode(brokerMessage, message));
  }

  /** Sends a message to a controller. @throws MalformedMessage when it breaks its schema. */
  tell(peer: string, message: PoolMessage): void {
    this.#send(peer, encode(poolMessage, message));
  }

  #send(peer: string, payload: Buffer): void {
    const frames = [Buffer.from(peer, 'latin1'), TAG, payload];
    this.#sending = this.#sending
      .then(() => this.#socket.send(frames))
      .catch(() => {
        if (!this.#socket.closed) this.#handlers.onUnreachable(peer);
      });
  }

  /** Resolves when everything has been handed to the socket. */
  flush(): Promise<void> {
    return this.#sending;
  }

  close(): void {
    this.#socket.close();
  }

  async #receive(): Promise<void> {
    for await (const [identity, tag, payload, ...rest] of this.#socket) {
      const peer = identity?.toString('latin1') ?? '';
      const major = tag ? majorOf(tag) : null;
      if (!payload || rest.length > 0 || major === null) {
        this.#handlers.onDropped(peer, 'its frames are not those of mu2net');
      } else if (major !== PROTOCOL_VERSION.major) {
        this.#refuse(peer, major);
      } else {
        this.#handle(peer, payload);
      }
    }
  }

  #handle(peer: string, payload: Buffer): void {
    const { onMessage, onController, onDropped } = this.#handlers;
    if (!isController(peer)) {
      const message = this.#decode(workerMessage, peer, payload);
      if (message) onMessage(peer, message);
    } else if (onController) {
      const message = this.#decode(controllerMessage, peer, payload);
      if (message) onController(peer, message);
    } else {
      onDropped(peer, 'this pool serves no controllers');
    }
  }

  /** Decodes a message, or reports that it is dropped. */
  #decode<T>(schema: z.ZodType<T>, peer: string, payload: Buffer): T | undefined {
    try {
      return decode(schema, payload);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#handlers.onDropped(peer, error.message);
      return undefined;
    }
  }

  #refuse(peer: string, major: number): void {
    const message = refusal(major);
    const version = PROTOCOL_VERSION;
    if (isController(peer)) this.tell(peer, { type: 'rejected', version, message });
    else this.send(peer, { type: 'refused', version, message });
    this.#handlers.onRefused(peer, message);
  }
}
