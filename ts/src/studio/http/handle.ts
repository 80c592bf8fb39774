import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener } from '../live/feeds.js';
import { addressOf, partsOf, type Sources, subjectOf } from '../routes.js';
import { type Access, isForLoopback, isFromElsewhere } from './access.js';
import { sendContent, sendText } from './answer.js';
import type { Assets } from './assets.js';
import type { DocumentCache } from './documents.js';
import { EventSourceConnection } from './event-source.js';
import { failureOf, RequestError } from './failure.js';

/** The parts of a server that answer its requests. */
export interface Site {
  readonly access: Access;
  readonly assets: Assets;
  readonly documents: DocumentCache;
  readonly sources: Sources;
  /** Connections with server-sent events. */
  readonly connections: Set<EventSourceConnection>;
  /** A browser was let in. */
  readonly onOpened: () => void;
}

const PLAIN = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The answer of a server without the built page. */
export const NOT_BUILT =
  "the page is not built; 'npm run build:studio' in a clone of mu2net builds it";

/** Answers a request. Every error becomes one line. */
export async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  site: Site,
): Promise<void> {
  try {
    const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
    check(request);
    const token = path === '/' ? new URLSearchParams(search).get('token') : null;
    if (token !== null) return welcome(response, token, site);
    if (!site.access.isAllowed(request)) {
      const message = "open the address that 'mu2net studio' printed last; each is good once";
      throw new RequestError(401, 'TOKEN_MISSING', message);
    }
    if (!path.startsWith('/api/')) return sendAsset(request, response, path, site.assets);
    const address = path.slice('/api/'.length);
    if (sendEvents(request, response, address, site)) return;
    const content = await site.documents.read(search === '' ? address : `${address}?${search}`);
    const isPicture = content.type === 'image/svg+xml';
    const headers = isPicture ? { 'content-security-policy': PICTURE_POLICY } : {};
    sendContent(request, response, content, headers);
  } catch (error) {
    fail(request, response, error);
  }
}

/** Refuses requests that no page of this server makes. */
function check(request: IncomingMessage): void {
  if (!isForLoopback(request)) {
    const message = 'this server answers only at localhost, 127.0.0.1 and [::1]';
    throw new RequestError(403, 'HOST_REFUSED', message);
  }
  if (isFromElsewhere(request) && request.headers['sec-fetch-mode'] !== 'navigate') {
    throw new RequestError(403, 'ORIGIN_REFUSED', 'only the page of this server may ask');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new RequestError(405, 'METHOD_REFUSED', 'this server only reads');
  }
}

/**
 * Exchanges a token for the cookie. A page leads on, where a redirect would not do: browsers do not
 * send a strict cookie if the address was a link on another page.
 */
function welcome(response: ServerResponse, token: string, { access, onOpened }: Site): void {
  const cookie = access.redeem(token);
  if (cookie === null) {
    const message =
      "this address was used already, or is wrong; 'mu2net studio' prints the next one";
    throw new RequestError(401, 'TOKEN_WRONG', message);
  }
  const text =
    '<!doctype html><title>mu2net studio</title><link rel="icon" href="/icon.svg"><meta http-equiv="refresh" content="0; url=/"><a href="/">mu2net studio</a>\n';
  sendText(response, 200, { type: HTML, text, headers: { 'set-cookie': cookie } });
  onOpened();
}

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  assets: Assets,
): void {
  const asset = assets.get(path);
  if (asset) {
    const age = asset.isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache';
    sendContent(request, response, asset, { 'cache-control': age });
    return;
  }
  const isBuilt = assets.size > 0;
  throw new RequestError(404, 'NOT_FOUND', isBuilt ? `there is no page '${path}'` : NOT_BUILT);
}

/** Connects a source of events; says whether the address is one. */
function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
  site: Site,
): boolean {
  const listen = listenerOf(address, site.sources, lastIdOf(request));
  if (!listen || request.method !== 'GET') return false;
  let stop = () => {};
  let connection: EventSourceConnection | null = null;
  const waiting: Parameters<Listener['onEvent']>[0][] = [];
  // An error before the first event can still be told with a status.
  stop = listen({
    onEvent: (event) => (connection ? connection.send(event) : waiting.push(event)),
    onEnd: () => connection?.end(),
  });
  const opened = new EventSourceConnection(response, () => {
    stop();
    site.connections.delete(opened);
  });
  connection = opened;
  site.connections.add(opened);
  for (const event of waiting) opened.send(event);
  return true;
}

function listenerOf(
  address: string,
  sources: Sources,
  lastId: string | null,
): ((listener: Listener) => () => void) | null {
  const { feeds } = sources;
  if (address === 'events') return (listener) => feeds.listenToFolder(lastId, listener);
  const ofRun = partsOf('runs/:run/events', address);
  if (ofRun) {
    const run = addressOf({ parts: ofRun, sources });
    return (listener) => feeds.listenToRun(run, lastId, listener);
  }
  const ofTask = partsOf('runs/:run/tasks/:task/examination/events', address);
  if (!ofTask) return null;
  const subject = subjectOf({ parts: ofTask, sources });
  return (listener) => sources.examinations.listen(subject, listener);
}

function lastIdOf({ headers }: IncomingMessage): string | null {
  const id = headers['last-event-id'];
  return typeof id === 'string' ? id : null;
}

/** Tells an error: as JSON, or to a person who opens a page, as text. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, document } = failureOf(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isForPerson = !(request.url ?? '').startsWith('/api/');
  const text = isForPerson ? `${document.error.message}\n` : `${JSON.stringify(document)}\n`;
  const type = isForPerson ? PLAIN : 'application/json';
  sendText(response, status, { type, text });
}
