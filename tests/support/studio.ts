import { type IncomingHttpHeaders, request } from 'node:http';
import type { Studio } from '../../ts/src/studio/serve.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

/** Asks a studio for a path exactly as given, which `fetch` would tidy up. */
export function ask(
  { port }: Studio,
  path: string,
  headers: Headers = {},
  method = 'GET',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const { statusCode: status = 0, headers: given } = response;
        resolve({ status, headers: given, body, text: body.toString() });
      });
    });
    asked.on('error', reject).end();
  });
}

/** Opens the page as a browser does, and returns the header with the cookie. */
export async function enter(studio: Studio): Promise<{ readonly cookie: string }> {
  const { pathname, search } = new URL(studio.url);
  const { headers } = await ask(studio, `${pathname}${search}`);
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

/** Yields server-sent events, until the server ends the stream or the reader leaves. */
export async function* eventsOf(
  { port }: Studio,
  path: string,
  headers: Headers,
): AsyncGenerator<SentEvent, void, undefined> {
  const leave = new AbortController();
  const { body } = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers,
    signal: leave.signal,
  });
  if (!body) return;
  let rest = '';
  try {
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const [id, type, data] = [field('id'), field('event'), field('data')];
        if (id !== undefined && type !== undefined && data !== undefined) {
          yield { id, type, data: JSON.parse(data) };
        }
      }
    }
  } finally {
    leave.abort();
  }
}
