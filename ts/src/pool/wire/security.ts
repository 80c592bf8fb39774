import { createKeyPair, type KeyPair } from './keys.js';

/**
 * Who a broker is, and whom it lets in. ZeroMQ asks when a connection begins and does not tell later
 * whose it is; peers of different rights therefore need brokers, and ports, of their own.
 */
export interface Security {
  /** The keys of the broker. Peers know its public key and talk to no other. */
  readonly keyPair: KeyPair;
  /** Whether the peer with this key may connect; asked at each connection. */
  isAllowed(publicKey: string): boolean;
}

/** The keys that a peer needs in order to connect to a broker. */
export interface Credentials {
  /** The public key of the broker; a peer refuses any other. */
  readonly brokerKey: string;
  /** The keys of the peer. */
  readonly keyPair: KeyPair;
}

/** Makes keys for one broker and the workers that its own process starts. Nobody else gets in. */
export function createSession(): {
  readonly security: Security;
  readonly credentials: Credentials;
} {
  const broker = createKeyPair();
  const worker = createKeyPair();
  return {
    security: { keyPair: broker, isAllowed: (publicKey) => publicKey === worker.publicKey },
    credentials: { brokerKey: broker.publicKey, keyPair: worker },
  };
}
