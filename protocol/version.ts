/**
 * Version of the protocol. Peers with different majors refuse each other; a higher minor may add
 * optional fields, which the other side ignores.
 */
export const PROTOCOL_VERSION = { major: 1, minor: 0 } as const;

/** First frame of every multipart message; anything else is not ours and is dropped. */
export const PROTOCOL_TAG = 'mu2net/1';
