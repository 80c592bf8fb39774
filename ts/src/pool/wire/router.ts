import { type Context, Router } from 'zeromq';
import { curveKeyOf } from './keys.js';
import type { Security } from './security.js';

/** The most that a peer may make the broker allocate. */
const LARGEST_MESSAGE_BYTES = 64 << 20;
/** A peer that does not complete the handshake for this long is cut off. */
const HANDSHAKE_MILLIS = 5000;
/** Name of the rule by which connections are let in; ZeroMQ asks about connections of named rules. */
const ZAP_DOMAIN = 'mu2net';

/**
 * Creates the socket of a broker: encrypted, and closed to everyone whom the authenticator of the
 * context does not let in.
 */
export function createRouter(context: Context, { keyPair }: Security): Router {
  return new Router({
    context,
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
    handshakeInterval: HANDSHAKE_MILLIS,
    heartbeatInterval: 1000,
    heartbeatTimeout: 5000,
  });
}
