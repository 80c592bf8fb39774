import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Leads connections to an address that can change, so that no test takes a port twice. It keeps what
 * passes from the first connection to the server.
 */
export class Relay {
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  #target: URL;
  /** The bytes that the first connection has sent. */
  readonly recorded: Buffer[] = [];
  /** The server's end of the first connection. */
  #first: Socket | undefined;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async open(target: string): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    onTestFinished(() => relay.close());
    return relay;
  }

  get endpoint(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts all connections, and leads new ones to another address. */
  lead(target: string): void {
    this.#target = new URL(target);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Sends the last bytes of the first connection again, on it. */
  repeat(): void {
    this.#first?.write(this.recorded.at(-1) ?? '');
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    const onward = connect(Number(this.#target.port), '127.0.0.1');
    for (const end of [socket, onward]) {
      this.#sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => this.#sockets.delete(end));
    }
    if (!this.#first) socket.on('data', (bytes) => this.recorded.push(bytes));
    this.#first ??= onward;
    socket.on('close', () => onward.destroy()).pipe(onward);
    onward.on('close', () => socket.destroy()).pipe(socket);
  }
}
