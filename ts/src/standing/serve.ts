import { setTimeout } from 'node:timers/promises';
import {
  type ControllerMessage,
  type ControllerMessageOf,
  type PoolMessage,
  PROTOCOL_VERSION,
} from '../../../protocol/index.js';
import { LiveAllowList } from '../keys/live-allow-list.js';
import { BrokerPool } from '../pool/broker-pool.js';
import { Controllers, nameOf } from '../pool/controllers.js';
import type { LeaseEvent } from '../pool/leases/lease-event.js';
import type { Barred } from '../pool/roster.js';
import { Broker } from '../pool/wire/broker.js';
import { CONTROLLERS } from '../pool/wire/dialects.js';
import { news, newsOf, type WorkerNews } from '../pool/worker-news.js';
import type { Tracing } from '../tracing/tracing.js';
import { type MetricsEndpoint, serveMetrics } from './metrics-endpoint.js';
import { PoolFolder, type PoolPlace } from './pool-folder.js';
import { PoolMetrics } from './pool-metrics.js';

/** How a standing pool is served. */
export interface ServePoolOptions {
  /** `tcp://host:port`, to which workers connect; port 0 takes a free one. */
  readonly listen: string;
  /** The same for controllers; by default the next port of `listen`. */
  readonly listenControllers?: string | undefined;
  /** Folder of the keys, and of what the pool remembers when it is started again. */
  readonly folder: string;
  /** A controller that is silent for this long is gone; 15 s by default. */
  readonly goneMillis?: number | undefined;
  /** Called with each thing that happens to a worker. */
  readonly onWorker?: ((news: WorkerNews) => void) | undefined;
  /** Called with each thing that happens to a request; its owner is the name of its controller. */
  readonly onLease?: ((event: LeaseEvent) => void) | undefined;
  /** Records a span for each lease; by default nobody does. */
  readonly tracing?: Tracing | undefined;
  /** Port for Prometheus, or `host:port`; by default no metrics are served. */
  readonly metrics?: string | undefined;
}

/** A standing pool that this process serves. */
export interface StandingPool {
  /** Where it listens, and the public key by which peers know it. */
  readonly place: PoolPlace;
  /** Where Prometheus reads the metrics; null if they are not served. */
  readonly metrics: string | null;
  /**
   * Stops: workers finish what they hold, at most for `seconds`; then the addresses are free.
   * Workers and controllers wait for the next pool there.
   */
  stop(seconds?: number): Promise<void>;
}

/** How long workers may finish what they hold when the pool stops. */
const DRAIN_SECONDS = 20;

/**
 * Serves a standing pool until it is stopped: workers join it, and controllers share them.
 * @throws Mu2NetError CONFIG_INVALID when an address cannot be used; RUN_LOCKED when another
 *   process uses the folder; KEY_INVALID; RUN_CORRUPT.
 */
export async function servePool(options: ServePoolOptions): Promise<StandingPool> {
  const server = new PoolServer(PoolFolder.open(options.folder));
  try {
    const place = await server.open(options);
    return {
      place,
      metrics: server.metricsUrl,
      stop: (seconds = DRAIN_SECONDS) => server.stop(seconds),
    };
  } catch (error) {
    await server.stop(0);
    throw error;
  }
}

/** How often a pool that stops looks whether its workers are idle. */
const IDLE_POLL_MILLIS = 50;
/** How often what controllers used is written. */
const REMEMBER_MILLIS = 10_000;

type Action = ControllerMessageOf<'manage'>['action'];

const BARRED: Readonly<Record<Action, Barred | null>> = {
  drain: 'drained',
  evict: 'evicted',
  admit: null,
};
const EFFECT: Readonly<Record<Action, string>> = {
  drain: 'gets no more requests, and leaves when it has finished its last',
  evict: 'was sent away, and another worker gets its request',
  admit: 'gets requests again',
};

/** The sockets of a standing pool, and what is behind them. */
class PoolServer {
  readonly #folder: PoolFolder;
  #allowed: LiveAllowList | undefined;
  #pool: BrokerPool | undefined;
  #broker: Broker<ControllerMessage, PoolMessage> | undefined;
  #controllers: Controllers | undefined;
  #stopped: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #remembered = '';
  readonly #metrics = new PoolMetrics();
  #endpoint: MetricsEndpoint | undefined;
  readonly #openedAt = performance.now();

  constructor(folder: PoolFolder) {
    this.#folder = folder;
  }

  get metricsUrl(): string | null {
    return this.#endpoint?.url ?? null;
  }

  async open(options: ServePoolOptions): Promise<PoolPlace> {
    const { listen, listenControllers = nextPort(listen), onLease = () => {} } = options;
    const onWorker = (news: WorkerNews) => {
      this.#metrics.noteWorker(news);
      options.onWorker?.(news);
    };
    if (options.metrics !== undefined) {
      this.#endpoint = await serveMetrics(options.metrics, () => this.#listMetrics());
    }
    const keyPair = this.#folder.keys();
    const allowed = new LiveAllowList(this.#folder.allowList, (revoked) => {
      const roles = new Set(revoked.map(({ role }) => role));
      if (roles.has('worker')) void this.#pool?.dropConnections();
      if (roles.has('controller')) void this.#broker?.dropConnections();
    });
    this.#allowed = allowed;
    const { barred, usage } = this.#folder.recall();
    const pool = await BrokerPool.open({
      endpoint: listen,
      security: allowed.securityFor('worker', keyPair),
      barred,
      onLease: (event) => {
        if (event.type === 'released') this.#controllers?.use(event.owner, event.seconds);
        this.#metrics.noteLease(event);
        onLease({ ...event, owner: nameOf(event.owner) });
      },
      ...(options.tracing && { tracing: options.tracing }),
      onRelayed: (direction, bytes) => this.#metrics.noteRelayed(direction, bytes),
      keepsWorkers: true,
      checksObjects: false,
      onEvent: (event) => {
        const told = newsOf(event, this.#pool?.workers() ?? []);
        onWorker(told);
        this.#controllers?.tellNews(told);
      },
    });
    this.#pool = pool;
    const security = allowed.securityFor('controller', keyPair);
    const broker = await Broker.bind(listenControllers, security, CONTROLLERS, {
      onMessage: (peer, message) => this.#receive(peer, message),
      // Silence alone says that a controller is gone: one that connects again goes on.
      onUnreachable: () => {},
      onDisconnect: () => {},
      onRefused: (_, message) => onWorker(news(null, 'refused', message)),
      onDropped: (_, reason) => onWorker(newsOf({ type: 'dropped', reason }, [])),
    });
    this.#broker = broker;
    const send = (peer: string, message: PoolMessage) => broker.send(peer, message);
    const { goneMillis } = options;
    this.#controllers = new Controllers(pool, send, { goneMillis, usage });
    this.#timer = setInterval(() => this.#remember(), REMEMBER_MILLIS).unref();
    const { publicKey: poolKey } = keyPair;
    const place = { workers: pool.endpoint, controllers: broker.endpoint, poolKey };
    this.#folder.publish(place);
    return place;
  }

  #receive(peer: string, message: ControllerMessage): void {
    if (message.type === 'survey') this.#broker?.send(peer, this.#survey());
    else if (message.type === 'manage') this.#broker?.send(peer, this.#manage(message));
    else this.#controllers?.receive(peer, message);
  }

  #survey(): PoolMessage {
    const usage = [...(this.#controllers?.usage ?? [])];
    const barred = this.#pool?.barred() ?? [];
    return {
      type: 'surveyed',
      version: PROTOCOL_VERSION,
      upSeconds: (performance.now() - this.#openedAt) / 1000,
      isDraining: this.#stopped !== undefined,
      workers: [...(this.#pool?.workers() ?? [])],
      controllers: this.#controllers?.list() ?? [],
      usage: usage.map(([name, use]) => ({ name, ...use })),
      barred: barred.map(([worker, state]) => ({ worker, state })),
    };
  }

  #listMetrics() {
    return this.#metrics.list({
      leases: this.#pool?.owners.counts() ?? { waiting: 0, running: 0, late: 0 },
      workers: this.#pool?.workers() ?? [],
      controllers: this.#controllers?.list().length ?? 0,
      upSeconds: (performance.now() - this.#openedAt) / 1000,
    });
  }

  #manage({ action, worker }: ControllerMessageOf<'manage'>): PoolMessage {
    const isKnown = this.#pool?.bar(worker, BARRED[action]) ?? false;
    if (isKnown) this.#remember();
    const message = isKnown ? `worker ${worker} ${EFFECT[action]}` : this.#unknown(worker);
    return { type: 'managed', isKnown, message };
  }

  #unknown(worker: string): string {
    const names = this.#pool?.workers().map(({ name }) => name) ?? [];
    return `the pool has no worker ${worker}; it has ${names.join(', ') || 'none now'}`;
  }

  /** Writes what is worth to be known after a restart, if it has changed. */
  #remember(): void {
    const now = {
      barred: this.#pool?.barred() ?? [],
      usage: [...(this.#controllers?.usage ?? [])],
    };
    const text = JSON.stringify(now);
    if (text === this.#remembered) return;
    this.#folder.remember(now);
    this.#remembered = text;
  }

  stop(seconds: number): Promise<void> {
    this.#stopped ??= this.#stop(seconds);
    return this.#stopped;
  }

  /** Waits until no worker holds a request, but at most this long. */
  async #waitUntilIdle(millis: number): Promise<void> {
    const until = performance.now() + millis;
    while (performance.now() < until && this.#pool?.workers().some(({ busy }) => busy)) {
      await setTimeout(IDLE_POLL_MILLIS);
    }
  }

  async #stop(seconds: number): Promise<void> {
    this.#pool?.pause();
    await this.#waitUntilIdle(1000 * seconds);
    clearInterval(this.#timer);
    if (this.#controllers) this.#remember();
    this.#controllers?.close();
    await this.#broker?.flush();
    this.#broker?.close();
    await this.#pool?.close();
    this.#endpoint?.close();
    this.#allowed?.close();
    this.#folder.close();
  }
}

/** Returns the address with the next port; a free port stays one. */
function nextPort(address: string): string {
  return address.replace(/:(\d+)$/, (_, port) => `:${port === '0' ? 0 : Number(port) + 1}`);
}
