import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Whether a stream shows colours: a terminal does, unless NO_COLOR or a dumb terminal says no. */
export function colorsOf(stream: NodeJS.WriteStream): Colors {
  return pc.createColors(
    stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  );
}

/** Prints a result. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Prints a result for a program to read, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Says on stderr what is worth knowing and is no result. */
export function note(text: string): void {
  process.stderr.write(`mu2net: ${text}\n`);
}
