import { setTimeout } from 'node:timers/promises';
import { Context, type Router } from 'zeromq';
import { PROTOCOL_VERSION } from '../../../../protocol/index.js';
import { Mu2NetError } from '../../domain/errors.js';
import { Authenticator } from './authenticator.js';
import { decode, encode, MalformedMessage } from './codec.js';
import type { Dialect } from './dialects.js';
import { createRouter } from './router.js';
import type { Security } from './security.js';
import { majorOf, TAG } from './versions.js';

export interface BrokerHandlers<Incoming> {
  readonly onMessage: (peer: string, message: Incoming) => void;
  /** The peer is not connected; nothing more reaches it. */
  readonly onUnreachable: (peer: string) => void;
  /** Some peer's connection was lost; the socket does not say whose. */
  readonly onDisconnect: () => void;
  /** A peer of another protocol version was refused. */
  readonly onRefused: (peer: string, message: string) => void;
  /** Something that is not a message of this protocol was dropped. */
  readonly onDropped: (peer: string, reason: string) => void;
}

const ENDPOINT = /^tcp:\/\/([^\s:/]+|\[[^\s\]]+\]):(\d{1,5}|\*)$/;
const REBIND_MILLIS = 10_000;

/**
 * The socket that peers of one kind dial into: workers, or controllers. It speaks the protocol's
 * frames and knows peers by their routing ids; leases are not its concern. Connections are encrypted,
 * and only allowed keys connect.
 */
export class Broker<Incoming, Outgoing> {
  /** A context of its own, because a context has one authenticator. */
  readonly #context = new Context();
  readonly #security: Security;
  #socket: Router;
  #authenticator: Authenticator | undefined;
  readonly #dialect: Dialect<Incoming, Outgoing>;
  readonly #handlers: BrokerHandlers<Incoming>;
  /** The last send: a socket takes one at a time. */
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(
    security: Security,
    dialect: Dialect<Incoming, Outgoing>,
    handlers: BrokerHandlers<Incoming>,
  ) {
    this.#security = security;
    this.#dialect = dialect;
    this.#handlers = handlers;
    this.#socket = createRouter(this.#context, security);
  }

  /**
   * @param endpoint Address of an interface; port 0 takes a free one.
   * @throws Mu2NetError CONFIG_INVALID when it cannot be bound.
   */
  static async bind<Incoming, Outgoing>(
    endpoint: string,
    security: Security,
    dialect: Dialect<Incoming, Outgoing>,
    handlers: BrokerHandlers<Incoming>,
  ): Promise<Broker<Incoming, Outgoing>> {
    if (!ENDPOINT.test(endpoint)) {
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `${endpoint}: is not an address of an interface; write tcp://127.0.0.1:5555, or tcp://*:5555 for all interfaces`,
      );
    }
    const broker = new Broker(security, dialect, handlers);
    try {
      broker.#authenticator = await Authenticator.open(broker.#context, (key) =>
        security.isAllowed(key),
      );
      await broker.#listen(endpoint);
    } catch (error) {
      broker.close();
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `${endpoint}: cannot be bound: ${error instanceof Error ? error.message : error}; choose another port`,
        { cause: error },
      );
    }
    return broker;
  }

  /** The address at which it listens. */
  get endpoint(): string {
    return this.#socket.lastEndpoint ?? '';
  }

  /** Sends a message to a peer. @throws MalformedMessage when it breaks its schema. */
  send(peer: string, message: Outgoing): void {
    const payload = encode(this.#dialect.outgoing, message);
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

  /**
   * Closes all connections, so that peers whose keys were revoked are gone: ZeroMQ does not tell which
   * connection has which key. The others connect again within a second.
   */
  async dropConnections(): Promise<void> {
    const { endpoint } = this;
    this.#socket.close();
    const until = performance.now() + REBIND_MILLIS;
    for (;;) {
      this.#socket = createRouter(this.#context, this.#security);
      try {
        await this.#listen(endpoint);
        break;
      } catch (error) {
        this.#socket.close();
        // ZeroMQ frees the port a moment later.
        if (this.#isClosed || performance.now() > until) throw error;
        await setTimeout(10);
      }
    }
    if (this.#isClosed) this.#socket.close();
    this.#handlers.onDisconnect();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
    this.#authenticator?.close();
  }

  async #listen(endpoint: string): Promise<void> {
    const socket = this.#socket;
    socket.ipv6 = endpoint.includes('[');
    await socket.bind(endpoint);
    socket.events.on('disconnect', () => this.#handlers.onDisconnect());
    void this.#receive(socket);
  }

  async #receive(socket: Router): Promise<void> {
    for await (const [identity, tag, payload, ...rest] of socket) {
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
    let message: Incoming;
    try {
      message = decode(this.#dialect.incoming, payload);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#handlers.onDropped(peer, error.message);
      return;
    }
    this.#handlers.onMessage(peer, message);
  }

  #refuse(peer: string, major: number): void {
    const reason = this.#dialect.reasonToRefuse(major);
    this.send(peer, this.#dialect.refuse(reason));
    this.#handlers.onRefused(peer, reason);
  }
}
