/** Writes a text as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Writes words as a command line of a POSIX shell. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
