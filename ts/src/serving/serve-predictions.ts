import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Mu2NetError } from '../domain/errors.js';
import { thisPackage } from '../installation/package.js';
import { modelsOf } from '../models/models.js';
import type { Pool } from '../pool/pool.js';
import type { WorkerNews } from '../pool/worker-news.js';
import { type LocalPoolOptions, openLocalPool } from '../sidecar/local.js';
import type { PoolOptions } from '../sidecar/with-pool.js';
import { isPool, openPool } from '../standing/open-pool.js';
import { type Address, runNameOf } from '../state/runs.js';
import { createApp, type ServedRequest } from './app.js';
import { Predictor } from './predictor.js';
import { ServedModels } from './served-models.js';

/** The models that a prediction server serves, its address, and its limits. */
export interface ServeOptions
  extends PoolOptions,
    Pick<LocalPoolOptions, 'workers' | 'engine' | 'onWorker'> {
  /** Tasks whose models are served; all tasks by default. */
  readonly tasks?: readonly string[] | undefined;
  /** The address to listen on; 127.0.0.1 by default, which only this machine reaches. */
  readonly host?: string | undefined;
  /** The port to listen on; 8080 by default, 0 for a free one. */
  readonly port?: number | undefined;
  /** The token that requests must carry, except those for health; none by default. */
  readonly token?: string | undefined;
  /** Images that are computed together, 1 to 32; 32 by default. */
  readonly maxBatch?: number | undefined;
  /** How long an image waits for others to be computed with; 2 ms by default. */
  readonly waitMillis?: number | undefined;
  /** Images that wait at most; more are refused with 429. 256 by default. */
  readonly maxWaiting?: number | undefined;
  /** Bytes of a request, up to 48 MiB; 16 MiB by default. */
  readonly maxBodyBytes?: number | undefined;
  /** Pixels of an image; 32 million by default. */
  readonly maxPixels?: number | undefined;
  /** How long a request may take; 30 s by default. */
  readonly timeoutSeconds?: number | undefined;
  /** How long requests in flight have when the server is closed; 20 s by default. */
  readonly graceSeconds?: number | undefined;
  /** Cancels the start of the server; later, `close` ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each request that was answered. */
  readonly onRequest?: ((request: ServedRequest) => void) | undefined;
}

/** A server that answers requests for predictions. */
export interface PredictionServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Accepts no more requests, finishes those in flight, and ends its workers. */
  close(): Promise<void>;
}

/** Images of a request. */
const MAX_IMAGES = 64;
/** Bodies in memory, in bodies of the largest size. */
const BODIES_IN_FLIGHT = 16;
/** How long a client may take to send a request. */
const REQUEST_MILLIS = 60_000;

/**
 * Serves predictions of the models of a run over HTTP, as soon as they are loaded and compiled.
 *
 * @throws Mu2NetError TASK_UNKNOWN; SERVE_FAILED when the address cannot be listened on; the errors
 *   of opening a pool and of loading models; CANCELLED.
 */
export async function serveModels(
  address: Address,
  options: ServeOptions = {},
): Promise<PredictionServer> {
  const { tasks = [], maxBodyBytes = 16 << 20, graceSeconds = 20, signal } = options;
  const models = new ServedModels(modelsOf(address, tasks), options.maxPixels ?? 32_000_000);
  const predictor = new Predictor(runNameOf(address), models, {
    maxWaiting: options.maxWaiting ?? 256,
    maxBatch: options.maxBatch ?? 32,
    waitMillis: options.waitMillis ?? 2,
    timeoutSeconds: options.timeoutSeconds ?? 30,
    maxBytesInFlight: BODIES_IN_FLIGHT * maxBodyBytes,
  });
  const app = createApp({
    predictor,
    limits: { maxBodyBytes, maxImages: MAX_IMAGES },
    token: options.token,
    version: thisPackage().version,
    onRequest: options.onRequest,
  });
  const server = createServer(
    { requestTimeout: REQUEST_MILLIS },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  const url = await listen(server, options);
  let pool: OwnPool | undefined;
  const close = async () => {
    // From now on, no connection is accepted.
    const closed = new Promise((resolve) => server.close(resolve));
    await predictor.close(1000 * graceSeconds);
    await endConnections(server, closed);
    await pool?.close();
  };
  try {
    pool = await openPoolOf(options, (news) => {
      if (news.change === 'lost') predictor.meters.lost();
      if (news.change === 'gaveUp') predictor.giveUp();
      if (news.change === 'ready') predictor.recover().catch(() => {});
      options.onWorker?.(news);
    });
    await predictor.start(pool.pool, signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

/** A pool, and what ends it if it was opened here. */
interface OwnPool {
  readonly pool: Pool;
  close(): Promise<void>;
}

async function openPoolOf(
  { pool: given, workers, engine, signal }: ServeOptions,
  onWorker: (news: WorkerNews) => void,
): Promise<OwnPool> {
  if (given && isPool(given)) return { pool: given, close: async () => {} };
  if (given) {
    const { address, ...options } = typeof given === 'string' ? { address: given } : given;
    const pool = await openPool(address, { onWorker, ...options, signal });
    return { pool, close: () => pool.close() };
  }
  const logDirectory = mkdtempSync(join(tmpdir(), 'mu2net-'));
  const removeLogs = () => rmSync(logDirectory, { recursive: true, force: true });
  try {
    const pool = await openLocalPool({ workers, engine, logDirectory, onWorker, signal });
    return { pool, close: () => pool.close().finally(removeLogs) };
  } catch (error) {
    removeLogs();
    throw error;
  }
}

async function listen(
  server: Server,
  { host = '127.0.0.1', port = 8080 }: ServeOptions,
): Promise<string> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Mu2NetError(
      'SERVE_FAILED',
      `cannot listen on ${host}:${port}: ${reason}; choose another port with --port`,
      { cause: error },
    );
  }
  const { address, family, port: chosen } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`;
}

/** Ends connections as soon as they are idle, and all that are not after a second. */
async function endConnections(server: Server, closed: Promise<unknown>): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const all = setTimeout(() => server.closeAllConnections(), 1000);
  await closed;
  clearInterval(idle);
  clearTimeout(all);
}
