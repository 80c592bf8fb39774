import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Records of the directory at the end of a zip file, by their first bytes (APPNOTE.TXT, 4.3). */
const END = 0x06054b50;
const END_LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
/** The locator, and the end record that it finds. */
const END_64_BYTES = 20 + 56;
const ENTRY_BYTES = 46;

/**
 * Names of the files in a zip file without a comment, in order; their contents are not read.
 *
 * @throws Error when it is no such file
 */
export function archiveNames(path: string): readonly string[] {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    const size = stat.isFile() ? stat.size : 0;
    const read = (from: number, length: number) => {
      const bytes = Buffer.alloc(length);
      if (from < 0 || readSync(file, bytes, 0, length, from) < length) throw noZip(path);
      return bytes;
    };
    const end = read(size - END_BYTES, END_BYTES);
    if (end.readUInt32LE(0) !== END) throw noZip(path);
    const length = end.readUInt32LE(12);
    // The directory ends where the end records begin; its offset may be beyond 32 bits.
    let after = size - END_BYTES;
    if (after >= END_64_BYTES && read(after - 20, 4).readUInt32LE(0) === END_LOCATOR_64) {
      after -= END_64_BYTES;
    }
    return entries(read(after - length, length));
  } finally {
    closeSync(file);
  }
}

function entries(directory: Buffer): readonly string[] {
  const names: string[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY) {
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(at + field),
    );
    names.push(directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + name));
    at += ENTRY_BYTES + name + extra + comment;
  }
  return names;
}

const noZip = (path: string) => new Error(`${path} is no zip file, or not whole`);
