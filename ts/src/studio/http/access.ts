import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Names under which a browser of this machine, or of a forwarded port, reaches the server. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** Says whether a request was addressed to this machine, and not to a name that leads here. */
export function isForLoopback({ headers }: IncomingMessage): boolean {
  return LOOPBACK.test(headers.host ?? '');
}

/** Says whether a page of another origin made the request, as browsers tell. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/**
 * Who may read: whoever has the cookie, which the server gives for a token. A token is good once, so
 * that an address in a history or in a log opens nothing.
 */
export class Access {
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #cookie: string;
  #token = newToken();

  /** @param port tells the cookies of several servers on one machine apart. */
  constructor(port: number) {
    this.#cookie = `mu2net-studio-${port}`;
  }

  /** The token that the next browser may use. */
  get token(): string {
    return this.#token;
  }

  /** Takes a token; returns the header that sets the cookie, or null if the token is wrong. */
  redeem(token: string): string | null {
    if (!isEqual(token, this.#token)) return null;
    this.#token = newToken();
    return `${this.#cookie}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Says whether a request has the cookie. */
  isAllowed({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim());
    const prefix = `${this.#cookie}=`;
    return cookies.some(
      (each) => each.startsWith(prefix) && isEqual(each.slice(prefix.length), this.#secret),
    );
  }
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Compares two texts in a time that does not depend on where they differ. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
