import { BrokerPool } from '../pool/broker-pool.js';
import { Controllers } from '../pool/controllers.js';
import { newsOf, type WorkerNews } from '../pool/worker-news.js';
import { PoolFolder } from './pool-folder.js';

/** How a standing pool is served. */
export interface ServePoolOptions {
  /** `tcp://host:port`, to which workers and controllers connect; port 0 takes a free one. */
  readonly listen: string;
  /** Folder of what the pool remembers when it is started again. */
  readonly folder: string;
  /** A controller that is silent for this long is gone; 15 s by default. */
  readonly goneMillis?: number | undefined;
  /** Called with each thing that happens to a worker. */
  readonly onWorker?: ((news: WorkerNews) => void) | undefined;
}

/** A standing pool that this process serves. */
export interface StandingPool {
  /** Where it listens. */
  readonly endpoint: string;
  /**
   * Stops: workers finish what they hold, at most for `seconds`; then the address is free. Workers
   * and controllers wait for the next pool there.
   */
  stop(seconds?: number): Promise<void>;
}

/** How long workers may finish what they hold when the pool stops. */
const DRAIN_SECONDS = 20;

/**
 * Serves a standing pool until it is stopped: workers join it, and controllers share them.
 * @throws Mu2NetError CONFIG_INVALID when the address cannot be used; RUN_LOCKED when another
 *   process uses the folder; RUN_CORRUPT.
 */
export async function servePool({
  listen,
  folder: path,
  goneMillis,
  onWorker = () => {},
}: ServePoolOptions): Promise<StandingPool> {
  const folder = PoolFolder.open(path);
  let controllers: Controllers | undefined;
  let pool: BrokerPool | undefined;
  try {
    pool = await BrokerPool.open({
      endpoint: listen,
      barred: folder.read().barred,
      keepsWorkers: true,
      onController: (peer, message) => controllers?.receive(peer, message),
      onEvent: (event) => {
        const news = newsOf(event, pool?.workers() ?? []);
        onWorker(news);
        controllers?.tellNews(news);
      },
    });
  } catch (error) {
    folder.close();
    throw error;
  }
  const serving = pool;
  controllers = new Controllers(serving, goneMillis);
  const { endpoint } = serving;
  const end = async (seconds: number) => {
    serving.pause();
    await serving.idle(1000 * seconds);
    controllers?.close();
    await serving.close();
    folder.close();
  };
  let ended: Promise<void> | undefined;
  return {
    endpoint,
    stop(seconds = DRAIN_SECONDS) {
      ended ??= end(seconds);
      return ended;
    },
  };
}
