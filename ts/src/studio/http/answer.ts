import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Bytes that are ready to be sent. */
export interface Content {
  readonly type: string;
  /** With gzip. */
  readonly compressed: Buffer;
  readonly etag: string;
}

/** Headers of every answer. The page runs only its own scripts, and nobody else may frame it. */
export const SECURE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Prepares bytes to be sent. Equal bytes have equal tags. */
export async function contentOf(type: string, body: string | Buffer): Promise<Content> {
  const compressed = await compress(body);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type, compressed, etag };
}

/** Sends bytes, or says that the browser has them already. */
export function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  { type, compressed, etag }: Content,
  headers: OutgoingHttpHeaders = {},
): void {
  const all = { 'cache-control': 'no-cache', etag, vary: 'accept-encoding', ...headers };
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim());
  if (known.includes(etag)) {
    response.writeHead(304, { ...SECURE_HEADERS, ...all }).end();
    return;
  }
  const isCompressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isCompressed ? compressed : gunzipSync(compressed);
  response.writeHead(200, {
    ...SECURE_HEADERS,
    'content-type': type,
    'content-length': body.length,
    ...(isCompressed && { 'content-encoding': 'gzip' }),
    ...all,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Sends a short text that nobody keeps. */
export function sendText(
  response: ServerResponse,
  status: number,
  { type, text, headers }: { type: string; text: string; headers?: OutgoingHttpHeaders },
): void {
  response.writeHead(status, {
    ...SECURE_HEADERS,
    'content-type': type,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
