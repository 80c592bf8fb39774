import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { thisPackage } from '../installation/package.js';
import { runsFolder } from '../state/runs.js';
import { Access } from './http/access.js';
import { readAssets } from './http/assets.js';
import { DocumentCache } from './http/documents.js';
import type { EventSourceConnection } from './http/event-source.js';
import { handle, type Site } from './http/handle.js';
import { ReadingThreads } from './http/threads.js';
import { Examinations } from './live/examinations.js';
import { Feeds } from './live/feeds.js';
import type { ShownPool } from './read/pool.js';
import type { Sources } from './routes.js';

/** Options of `serveStudio`. */
export interface ServeStudioOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
  /** Port on this machine; a free one by default. */
  readonly port?: number | undefined;
  /** The standing pool to show. */
  readonly pool?: ShownPool | undefined;
  /** Called when a browser was let in, with the address for the next one. */
  readonly onOpened?: ((url: string) => void) | undefined;
}

/** A server of the web page of a folder of runs, which only this machine can reach. */
export interface Studio {
  /**
   * The address for the next browser. It has a token that is good once; the one after it is another.
   */
  readonly url: string;
  readonly port: number;
  /** Whether the page is built; otherwise there are only documents. */
  readonly hasPage: boolean;
  /** Ends all connections, and stops. */
  close(): Promise<void>;
}

/**
 * Serves a web page of the runs in a folder, live while another process grows them. It changes no
 * run.
 *
 * @throws Mu2NetError RUN_UNREADABLE when the folder cannot be read, PORT_BUSY when another program
 *   has the port.
 *
 * @example
 * const studio = await serveStudio({ folder: 'runs' });
 * console.log(`open ${studio.url}`);
 * await studio.close();
 */
export async function serveStudio(options: ServeStudioOptions = {}): Promise<Studio> {
  const { port = 0 } = options;
  const sources = createSources(options);
  const assets = await readAssets(join(thisPackage().folder, 'dist', 'studio'));
  const connections = new Set<EventSourceConnection>();
  const server = createServer();
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  const access = new Access(bound);
  const threads = new ReadingThreads(sources.folder);
  const documents = new DocumentCache(sources, threads);
  const url = () => `http://127.0.0.1:${bound}/?token=${access.token}`;
  const onOpened = () => options.onOpened?.(url());
  const site: Site = { access, assets, documents, sources, connections, onOpened };
  server.on('request', (request, response) => void handle(request, response, site));
  return {
    get url() {
      return url();
    },
    port: bound,
    hasPage: assets.size > 0,
    async close() {
      sources.feeds.close();
      for (const connection of connections) connection.end();
      const closed = new Promise((resolveClosed) => server.close(resolveClosed));
      server.closeAllConnections();
      await Promise.all([closed, threads.close(), sources.examinations.close()]);
    },
  };
}

/** Creates what documents are read from. */
export function createSources({ folder, pool }: ServeStudioOptions): Sources {
  const runs = resolve(folder ?? runsFolder());
  const feeds = new Feeds(runs, thisPackage().version);
  return { folder: runs, pool, feeds, examinations: new Examinations(pool) };
}

/** Binds the server to this machine alone. */
async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolveListening, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, '127.0.0.1', resolveListening);
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  const why =
    error.code === 'EADDRINUSE'
      ? 'another program uses it'
      : error.code === 'EACCES'
        ? 'this user may not use it'
        : undefined;
  if (why === undefined) return error;
  return new Mu2NetError(
    'PORT_BUSY',
    `the port ${port} cannot be opened, because ${why}; choose another one with --port, or 0 for a free one`,
    { cause: error },
  );
}
