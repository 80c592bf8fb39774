/**
 * Version of the protocol. Peers with different majors refuse each other. A minor adds messages and
 * request kinds, which are sent only to a peer whose minor is as high; it never changes an existing
 * message, for unknown fields are errors.
 */
export const PROTOCOL_VERSION = { major: 3, minor: 0 } as const;

/**
 * First frame of every message. It names the major, so that a mismatch is told before anything is
 * decoded; what does not begin like it is not ours and is dropped.
 */
export const PROTOCOL_TAG = `mu2net/${PROTOCOL_VERSION.major}`;
