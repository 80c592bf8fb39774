import pc from 'picocolors';
import { asTyped } from './invocation.js';

export type Colors = ReturnType<typeof pc.createColors>;

/** Returns the colours of a stream: a terminal has them, unless it is dumb or NO_COLOR is set. */
export function colorsOf(stream: NodeJS.WriteStream): Colors {
  return pc.createColors(
    stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  );
}

/** Prints a result. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${asTyped(lines.join('\n'))}\n`);
}

/** Prints a result for a program to read, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Prints a note on stderr, where it does not mix with results. */
export function note(text: string): void {
  process.stderr.write(`mu2net: ${asTyped(text)}\n`);
}
