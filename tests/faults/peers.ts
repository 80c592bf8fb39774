import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { Dealer } from 'zeromq';
import {
  type BrokerMessage,
  brokerMessage,
  PROTOCOL_VERSION,
  type WorkerMessage,
  workerMessage,
} from '../../protocol/index.js';
import type { Offer } from '../../ts/src/pool/leases/can-serve.js';
import type { PoolEvent } from '../../ts/src/pool/pool-event.js';
import { decode, encode } from '../../ts/src/pool/wire/codec.js';
import { curveKeyOf } from '../../ts/src/pool/wire/keys.js';
import { type Credentials, createSession } from '../../ts/src/pool/wire/security.js';
import { TAG } from '../../ts/src/pool/wire/versions.js';
import { findPython } from '../../ts/src/sidecar/python.js';

/** The keys of a test file's brokers and workers. */
export const SESSION = createSession();

/** The options of a socket that is the broker of this session. */
export const BROKER_KEYS = {
  curveServer: true,
  curveSecretKey: curveKeyOf(SESSION.security.keyPair.secretKey),
} as const;

/** The options of a socket that connects with these keys. */
export function peerKeys({ brokerKey, keyPair }: Credentials) {
  return {
    curveServerKey: curveKeyOf(brokerKey),
    curvePublicKey: curveKeyOf(keyPair.publicKey),
    curveSecretKey: curveKeyOf(keyPair.secretKey),
  };
}

/** The offer of a worker that reads data anywhere. */
const ANYTHING: Offer = { dataRoots: [], prepared: [], fetches: false };

/** A worker in this process that sends the messages of a test on a real socket. */
export class Peer {
  readonly socket: Dealer;

  constructor(endpoint: string, routingId: string, credentials = SESSION.credentials) {
    const keys = peerKeys(credentials);
    this.socket = new Dealer({ ...keys, routingId, linger: 0, receiveTimeout: 30_000 });
    this.socket.connect(endpoint);
  }

  /** Sends a message. */
  say(message: WorkerMessage): Promise<void> {
    return this.socket.send([TAG, encode(workerMessage, message)]);
  }

  /** Waits for the next message of this type, and skips others. */
  async hear<T extends BrokerMessage['type']>(type: T) {
    for (;;) {
      const [, payload = Buffer.alloc(0)] = await this.socket.receive();
      const message = decode(brokerMessage, payload);
      if (message.type === type) return message as Extract<BrokerMessage, { type: T }>;
    }
  }

  /** Registers as a worker with this name. */
  async join(worker: string, offer: Offer = ANYTHING): Promise<void> {
    await this.say({
      type: 'hello',
      version: PROTOCOL_VERSION,
      worker,
      epoch: '1',
      versions: { sidecar: '0', python: '0', jax: '0' },
      devices: [],
      engine: { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 },
    });
    await this.hear('welcome');
    await this.say({ type: 'offers', ...offer });
  }
}

/** Collects events, and waits for future ones. */
export class Events {
  readonly all: PoolEvent[] = [];
  #onEvent: () => void = () => {};

  readonly listen = (event: PoolEvent): void => {
    this.all.push(event);
    this.#onEvent();
  };

  /** Returns the first event of this type, and waits for it if necessary. */
  async first<T extends PoolEvent['type']>(type: T) {
    for (;;) {
      const event = this.all.find((event) => event.type === type);
      if (event) return event as Extract<PoolEvent, { type: T }>;
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }
}

interface WorkerOptions {
  /** Further flags of its command line. */
  readonly flags?: readonly string[];
  /** Further variables of its environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly name?: string;
  readonly secretKey?: string;
  /** Returns the command that runs a program, for example on another host. */
  command?(...words: readonly string[]): readonly string[];
}

/** Starts a worker by hand, without a launcher. */
export function startWorker(
  endpoint: string,
  {
    name = 'by-hand',
    secretKey = SESSION.credentials.keyPair.secretKey,
    command = (...words) => words,
    flags: more = [],
    env = {},
  }: WorkerOptions = {},
) {
  const { executable, pythonPath } = findPython();
  const { brokerKey } = SESSION.credentials;
  const flags = ['--connect', endpoint, '--pool-key', brokerKey, '--name', name, ...more];
  const [program = '', ...words] = command(executable, '-m', 'mu2net_sidecar', ...flags);
  const worker = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env, PYTHONPATH: pythonPath, MU2NET_WORKER_KEY: secretKey },
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}
