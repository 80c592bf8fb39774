import { createLogUpdate } from 'log-update';
import { duration } from '../../text/format.js';
import { type Globals, logLevelOf } from './globals.js';
import { Heartbeat } from './heartbeat.js';
import { isShown } from './log-level.js';
import { note, print } from './output.js';

/** Shows on stderr that long work goes on. */
export interface Progress {
  /** Shows what goes on now. */
  show(text: string): void;
  /** Prints lines of the result, apart from what it shows. */
  print(...lines: readonly string[]): void;
  /** Removes what it shows on a terminal. */
  clear(): void;
}

const FRAME_MILLIS = 200;

/**
 * Starts to show that work goes on: on a terminal, one line that is kept up to date; elsewhere, a
 * line each time that nothing was shown for some seconds. A program that asked for JSON gets none.
 */
export function startProgress(text: string, globals: Globals): Progress {
  const isTerminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  if (!isShown('info', logLevelOf(globals)) || (globals.json && !isTerminal)) {
    return { show() {}, print, clear() {} };
  }
  return isTerminal ? lineInPlace(text) : linesInSilence(text);
}

/** Does long work, and shows meanwhile that it goes on. */
export async function withProgress<T>(
  text: string,
  globals: Globals,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = startProgress(text, globals);
  return work(progress).finally(() => progress.clear());
}

/** Formats how much of a work is done: `1,024 of 49,536 children`. */
export function doneText(done: number, total: number, what: string): string {
  return `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`;
}

function lineInPlace(first: string): Progress {
  const line = createLogUpdate(process.stderr);
  const started = performance.now();
  let text = first;
  let next = 0;
  const draw = () => {
    next = performance.now() + FRAME_MILLIS;
    line(withTime(text, started));
  };
  const timer = setInterval(draw, 1000).unref();
  return {
    show(now) {
      text = now;
      if (performance.now() >= next) draw();
    },
    print(...lines) {
      line.clear();
      print(...lines);
      draw();
    },
    clear() {
      clearInterval(timer);
      line.clear();
      line.done();
    },
  };
}

function linesInSilence(first: string): Progress {
  const started = performance.now();
  let text = first;
  const heartbeat = new Heartbeat(() => note(withTime(text, started)));
  return {
    show(now) {
      text = now;
      heartbeat.check();
    },
    print(...lines) {
      print(...lines);
      heartbeat.touch();
    },
    clear: () => heartbeat.stop(),
  };
}

function withTime(text: string, started: number): string {
  return `${text}, ${duration((performance.now() - started) / 1000)}`;
}
