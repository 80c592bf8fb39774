import type { ServerResponse } from 'node:http';
import type { FeedEvent } from '../live/feed.js';
import { SECURE_HEADERS } from './answer.js';

/** A line without meaning is sent so often, so that a lost connection is noticed. */
const BEAT_MILLIS = 15_000;
/** A reader that is this far behind is cut off; when it comes back, it gets what it missed. */
const MOST_BEHIND = 4 << 20;
/** When a browser that lost the connection tries again. */
const RETRY_MILLIS = 2000;

/** A connection that gets server-sent events. */
export class EventSourceConnection {
  readonly #response: ServerResponse;
  readonly #beat: NodeJS.Timeout;

  /** @param onClose is called once, when either end has closed it. */
  constructor(response: ServerResponse, onClose: () => void) {
    this.#response = response;
    response.writeHead(200, {
      ...SECURE_HEADERS,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    response.write(`retry: ${RETRY_MILLIS}\n\n`);
    this.#beat = setInterval(() => response.write(':\n\n'), BEAT_MILLIS);
    response.once('close', () => {
      clearInterval(this.#beat);
      onClose();
    });
  }

  send({ id, type, data }: FeedEvent): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (this.#response.writableLength > MOST_BEHIND) {
      this.#response.destroy();
      return;
    }
    this.#response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.#response.end();
  }
}
