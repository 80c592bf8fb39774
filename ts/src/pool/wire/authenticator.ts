import { type Context, Router } from 'zeromq';
import { publicKeyOf } from './keys.js';

/** Where ZeroMQ asks, before each connection, whether it is allowed (https://rfc.zeromq.org/spec/27/). */
const ENDPOINT = 'inproc://zeromq.zap.01';

/**
 * Decides which keys may connect to the sockets of a context. It must run before these are bound.
 * Where none runs, nobody is let in.
 */
export class Authenticator {
  readonly #socket: Router;
  readonly #isAllowed: (publicKey: string) => boolean;

  private constructor(context: Context, isAllowed: (publicKey: string) => boolean) {
    this.#socket = new Router({ context, linger: 0 });
    this.#isAllowed = isAllowed;
  }

  static async open(
    context: Context,
    isAllowed: (publicKey: string) => boolean,
  ): Promise<Authenticator> {
    const authenticator = new Authenticator(context, isAllowed);
    await authenticator.#socket.bind(ENDPOINT);
    void authenticator.#serve();
    return authenticator;
  }

  close(): void {
    this.#socket.close();
  }

  async #serve(): Promise<void> {
    for await (const [asker, empty, version, id, , , , mechanism, key] of this.#socket) {
      const isAllowed = mechanism?.toString() === 'CURVE' && key !== undefined && this.#allows(key);
      const [status, text] = isAllowed ? ['200', ''] : ['400', 'this key is not allowed'];
      const frames = [asker ?? '', empty ?? '', version ?? '', id ?? '', status, text, '', ''];
      try {
        await this.#socket.send(frames);
      } catch {
        // Whoever asked is gone, or this socket is. A connection without an answer is not let in.
      }
    }
  }

  #allows(key: Buffer): boolean {
    try {
      return this.#isAllowed(publicKeyOf(key));
    } catch {
      return false;
    }
  }
}
