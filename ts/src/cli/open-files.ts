import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Files that Node may have open at a time while it loads the program, with some to spare. */
const NEEDED = 128;

/** Returns how many more files this process could open, at most as many as are needed. */
function roomForFiles(): number {
  const open: number[] = [];
  try {
    while (open.length < NEEDED) open.push(openSync(devNull, 'r'));
  } catch {
    // The limit is reached.
  }
  for (const descriptor of open) closeSync(descriptor);
  return open.length;
}

/**
 * Returns why the program cannot be loaded; null if it can. With too few files, Node fails inside
 * its loader, where nothing of the program could explain it.
 */
export function tooFewFiles(): string | null {
  const room = roomForFiles();
  return room === NEEDED
    ? null
    : `only ${room} more files can be opened, and ${NEEDED} are needed; raise the limit, for example with 'ulimit -n 1024', and try again`;
}
