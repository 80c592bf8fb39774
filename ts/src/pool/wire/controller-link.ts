import { Dealer } from 'zeromq';
import {
  type ControllerMessage,
  controllerMessage,
  type PoolMessage,
  PROTOCOL_VERSION,
  poolMessage,
} from '../../../../protocol/index.js';
import { decode, encode, MalformedMessage } from './codec.js';
import { curveKeyOf } from './keys.js';
import type { Credentials } from './security.js';
import { majorOf, refusalOfPool, TAG } from './versions.js';

export interface LinkHandlers {
  readonly onConnect: () => void;
  readonly onDisconnect: () => void;
  readonly onMessage: (message: PoolMessage) => void;
  /** The pool is of another version; the message says what to do. */
  readonly onRefused: (message: string) => void;
}

const LARGEST_MESSAGE_BYTES = 64 << 20;

/**
 * The socket of a controller, which dials into a standing pool, and again for ever when the
 * connection is lost. Messages that are sent without a connection are dropped.
 */
export class ControllerLink {
  readonly #socket: Dealer;
  readonly #handlers: LinkHandlers;
  /** The last send: a socket takes one at a time. */
  #sending: Promise<void> = Promise.resolve();

  constructor(
    endpoint: string,
    routingId: string,
    { brokerKey, keyPair }: Credentials,
    handlers: LinkHandlers,
  ) {
    this.#handlers = handlers;
    this.#socket = new Dealer({
      routingId,
      curveServerKey: curveKeyOf(brokerKey),
      curvePublicKey: curveKeyOf(keyPair.publicKey),
      curveSecretKey: curveKeyOf(keyPair.secretKey),
      // Messages wait for no connection, because the pool of the next one knows none of them.
      immediate: true,
      sendTimeout: 0,
      // The window of the pool bounds what is in flight.
      sendHighWaterMark: 0,
      linger: 500,
      ipv6: true,
      maxMessageSize: LARGEST_MESSAGE_BYTES,
      handshakeInterval: 5000,
      heartbeatInterval: 1000,
      heartbeatTimeout: 5000,
      reconnectInterval: 100,
      reconnectMaxInterval: 2000,
    });
    this.#socket.events.on('handshake', () => handlers.onConnect());
    this.#socket.events.on('disconnect', () => handlers.onDisconnect());
    this.#socket.connect(endpoint);
    void this.#receive();
  }

  /** Sends a message. @throws MalformedMessage when it breaks its schema. */
  send(message: ControllerMessage): void {
    const frames = [TAG, encode(controllerMessage, message)];
    this.#sending = this.#sending
      .then(() => this.#socket.send(frames))
      // Whatever the pool misses, it is told again when it is back.
      .catch(() => {});
  }

  /** Sends what is left, and closes the socket. */
  async close(): Promise<void> {
    await this.#sending;
    this.#socket.close();
  }

  async #receive(): Promise<void> {
    for await (const [tag, payload] of this.#socket) {
      const major = tag ? majorOf(tag) : null;
      if (major === null || !payload) continue;
      if (major !== PROTOCOL_VERSION.major) {
        this.#handlers.onRefused(refusalOfPool(major));
        continue;
      }
      const message = known(payload);
      if (message) this.#handlers.onMessage(message);
    }
  }
}

/** Decodes a message; null for one of a higher minor version, without which a controller can do. */
function known(payload: Buffer): PoolMessage | null {
  try {
    return decode(poolMessage, payload);
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}
