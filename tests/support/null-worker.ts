import { Dealer } from 'zeromq';
import {
  type BrokerMessage,
  brokerMessage,
  PROTOCOL_VERSION,
  type WireErrorCode,
  type WorkerMessage,
  workerMessage,
} from '../../protocol/index.js';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { decode, encode } from '../../ts/src/pool/wire/codec.js';
import { TAG } from '../../ts/src/pool/wire/versions.js';
import { connectionOf } from '../../ts/src/standing/pool-folder.js';
import { peerKeys } from '../faults/peers.js';

type Lease = Extract<BrokerMessage, { type: 'lease' }>;

/**
 * A worker in this process, on a real socket, whose requests a pool executes: with the null pool,
 * tests of brokers need no seconds. It connects again when its broker is back, as the sidecar does.
 */
export class NullWorker {
  readonly name: string;
  /** Ids of the paths that it was asked to train, in order. */
  readonly trained: number[] = [];
  readonly #pool: Pool;
  readonly #socket: Dealer;
  readonly #held = new Map<string, AbortController>();
  #beating: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #epoch = 0;

  /** @param folder that of the standing pool to join. */
  constructor(folder: string, name: string, pool: Pool) {
    this.name = name;
    this.#pool = pool;
    const { endpoint, credentials } = connectionOf(folder, 'worker');
    this.#socket = new Dealer({
      ...peerKeys(credentials),
      routingId: `${name}.1`,
      linger: 0,
      immediate: true,
      sendTimeout: 0,
      sendHighWaterMark: 0,
      reconnectInterval: 50,
      reconnectMaxInterval: 200,
    });
    this.#socket.events.on('handshake', () => this.#introduce());
    this.#socket.events.on('disconnect', () => this.#cancelAll());
    this.#socket.connect(endpoint);
    void this.#serve();
  }

  /** Ends without a goodbye, as a killed process does. */
  kill(): void {
    clearInterval(this.#beating);
    this.#cancelAll();
    this.#socket.close();
  }

  async #serve(): Promise<void> {
    for await (const [, payload = Buffer.alloc(0)] of this.#socket) {
      const message = decode(brokerMessage, payload);
      switch (message.type) {
        case 'welcome':
          clearInterval(this.#beating);
          this.#beating = setInterval(() => this.#say({ type: 'alive' }), message.heartbeatMillis);
          this.#cancelAll();
          this.#say({ type: 'offers', dataRoots: [], prepared: [], fetches: false });
          break;
        case 'ping':
          this.#say({ type: 'alive' });
          break;
        case 'lease':
          void this.#execute(message);
          break;
        case 'cancel':
          this.#held.get(message.lease)?.abort();
          break;
        case 'shutdown':
        case 'refused':
          this.#say({ type: 'goodbye' });
          await this.#sending;
          this.kill();
          return;
      }
    }
  }

  async #execute({ lease, attempt, request }: Lease): Promise<void> {
    const epoch = this.#epoch;
    const aborting = new AbortController();
    this.#held.set(lease, aborting);
    const say = (message: WorkerMessage) => {
      if (this.#epoch === epoch) this.#say(message);
    };
    if (request.kind === 'train') this.trained.push(...request.children.map((each) => each.pathId));
    try {
      const result = await this.#pool.execute(request, {
        signal: aborting.signal,
        onProgress: (progress) => say({ type: 'beat', lease, attempt, ...progress }),
        onMeasured: (measurement) => say({ type: 'measured', lease, attempt, measurement }),
      });
      say({ type: 'done', lease, attempt, result });
    } catch (error) {
      if (!(error instanceof Mu2NetError)) {
        const message = error instanceof Error ? error.message : String(error);
        say({ type: 'crashed', lease, attempt, message, detail: '' });
        return;
      }
      const code = error.code as WireErrorCode;
      say({ type: 'failed', lease, attempt, code, message: error.message, detail: null });
    } finally {
      this.#held.delete(lease);
    }
  }

  #introduce(): void {
    const epoch = String(++this.#epoch);
    const versions = { sidecar: 'null', python: 'null', jax: 'null' };
    const engine = { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 } as const;
    const who = { worker: this.name, epoch, versions, devices: [], engine };
    this.#say({ type: 'hello', version: PROTOCOL_VERSION, ...who });
  }

  #say(message: WorkerMessage): void {
    const frames = [TAG, encode(workerMessage, message)];
    this.#sending = this.#sending.then(() => this.#socket.send(frames)).catch(() => {});
  }

  #cancelAll(): void {
    this.#epoch++;
    for (const aborting of this.#held.values()) aborting.abort();
  }
}
