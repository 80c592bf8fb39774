import { type Colors, colorsOf } from './output.js';

/** The target of lines: a terminal, or a file or pipe. */
export interface Screen extends Colors {
  /** Columns of the terminal; undefined if there is no limit. */
  readonly width?: number | undefined;
}

/** Columns of a terminal that does not tell them. */
const USUAL_WIDTH = 80;

/**
 * Returns the width to write for: that of the terminal, else what COLUMNS says. A file or a pipe has
 * no limit by default.
 */
export function widthOfStream({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  const said = Number(process.env.COLUMNS);
  const given = Number.isSafeInteger(said) && said > 0 ? said : undefined;
  return isTTY ? columns || given || USUAL_WIDTH : given;
}

/** Returns the colours and the width of a stream. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  return { ...colorsOf(stream), width: widthOfStream(stream) };
}
