import { createLogUpdate } from 'log-update';

/** A line that shows the progress of long work. */
export interface Progress {
  /** Shows how many of `total` are done. */
  show(done: number): void;
  /** Removes the line. */
  clear(): void;
}

const EVERY_MILLIS = 200;

/** Creates a progress line on stderr, only on a terminal: `1,024 of 49,536 children`. */
export function progressOf(total: number, what: string): Progress {
  if (!process.stderr.isTTY) return { show() {}, clear() {} };
  const line = createLogUpdate(process.stderr);
  let next = 0;
  return {
    show(done) {
      if (Date.now() < next) return;
      next = Date.now() + EVERY_MILLIS;
      line(`${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`);
    },
    clear() {
      line.clear();
      line.done();
    },
  };
}
