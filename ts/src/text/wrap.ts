import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that a text takes in a terminal: colours take none, wide characters take two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/**
 * Breaks a text between words into lines of at most `width` columns. A longer word, such as a path,
 * keeps a line to itself and is not broken, so that it can be copied.
 */
export function wrapText(text: string, width = Number.POSITIVE_INFINITY): readonly string[] {
  if (widthOf(text) <= width) return [text];
  return wrapAnsi(text, Math.max(1, width)).split('\n');
}
