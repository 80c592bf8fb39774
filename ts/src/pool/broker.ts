import { Context, Router } from 'zeromq';
import {
  type BrokerMessage,
  brokerMessage,
  PROTOCOL_VERSION,
  type WorkerMessage,
  workerMessage,
} from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { Authenticator } from './authenticator.js';
import { decode, encode, MalformedMessage } from './codec.js';
import { curveKeyOf } from './keys.js';
import type { Security } from './security.js';
import { majorOf, refusal, TAG } from './versions.js';

export interface BrokerHandlers {
  readonly onMessage: (peer: string, message: WorkerMessage) => void;
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
const ENDPOINT = /^tcp:\/\/([^\s:/]+|\[[^\s\]]+\]):(\d{1,5}|\*)$/;
/** Name of the rule by which connections are let in; ZeroMQ asks about connections of named rules. */
const ZAP_DOMAIN = 'mu2net';

/**
 * The socket that workers dial into. It speaks the protocol's frames and knows peers by their routing
 * ids; leases are not its concern. Connections are encrypted, and only allowed keys connect.
 */
export class Broker {
  /** A context of its own, because a context has one authenticator. */
  readonly #context = new Context();
  readonly #socket: Router;
  #authenticator: Authenticator | undefined;
  readonly #handlers: BrokerHandlers;
  /** The last send: a socket takes one at a time. */
  #sending: Promise<void> = Promise.resolve();

  private constructor({ keyPair }: Security, handlers: BrokerHandlers) {
    this.#handlers = handlers;
    this.#socket = new Router({
      context: this.#context,
      curveServer: true,
      curveSecretKey: curveKeyOf(keyPair.secretKey),
      zapDomain: ZAP_DOMAIN,
      // Without an authenticator, ZeroMQ would let every key in.
      zapEnforceDomain: true,
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
  }

  /**
   * @param endpoint Address of an interface; port 0 takes a free one.
   * @throws Mu2NetError CONFIG_INVALID when it cannot be bound.
   */
  static async bind(
    endpoint: string,
    security: Security,
    handlers: BrokerHandlers,
  ): Promise<Broker> {
    if (!ENDPOINT.test(endpoint)) {
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `${endpoint}: is not an address of an interface; write tcp://127.0.0.1:5555, or tcp://*:5555 for all interfaces`,
      );
    }
    const broker = new Broker(security, handlers);
    broker.#socket.ipv6 = endpoint.includes('[');
    try {
      broker.#authenticator = await Authenticator.open(broker.#context, (key) =>
        security.isAllowed(key),
      );
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
    const frames = [Buffer.from(peer, 'latin1'), TAG, encode(brokerMessage, message)];
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
    this.#authenticator?.close();
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
    let message: WorkerMessage;
    try {
      message = decode(workerMessage, payload);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#handlers.onDropped(peer, error.message);
      return;
    }
    this.#handlers.onMessage(peer, message);
  }

  #refuse(peer: string, major: number): void {
    const message = refusal(major);
    this.send(peer, { type: 'refused', version: PROTOCOL_VERSION, message });
    this.#handlers.onRefused(peer, message);
  }
}
