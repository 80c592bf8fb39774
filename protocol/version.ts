/**
 * The version of the protocol. Peers with different major versions refuse each other. A minor version
 * adds messages and request kinds, which are sent only to a peer whose minor version is as high; it
 * never changes an existing message, because unknown fields are errors.
 */
export const PROTOCOL_VERSION = { major: 4, minor: 8 } as const;

/**
 * The first frame of every message. It names the major version, so that a mismatch is reported before
 * anything is decoded; messages with another frame are dropped.
 */
export const PROTOCOL_TAG = `mu2net/${PROTOCOL_VERSION.major}`;
