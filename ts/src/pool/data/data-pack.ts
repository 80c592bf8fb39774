import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Request } from '../../../../protocol/index.js';
import { isVersion } from '../leases/can-serve.js';

type Source = Extract<Request, { kind: 'train' }>['task']['source'];

/** Largest data that travel through a pool; larger ones belong into a place that workers reach. */
export const LARGEST_PACK_BYTES = 256 << 20;
const MOST_FILES = 50_000;
/** Files travel as one stream, cut into pieces, so that small ones need no message each. */
const PIECE_BYTES = 4 << 20;

/** A file of a pack: its path there, and where it is on this machine. */
export interface PackFile {
  readonly path: string;
  readonly file: string;
  readonly size: number;
  readonly changed: number;
}

/** A part of the stream of files, which is an object of its own. */
interface Piece {
  readonly sha256: string;
  readonly size: number;
}

/** Data that do not fit into a pack. */
export class TooLarge extends Error {}

/**
 * The files of a source as objects that are named by their hashes: a manifest, which says which files
 * there are, and the pieces of their contents. The files stay where they are.
 */
export class DataPack {
  readonly manifest: Buffer;
  /** The hash of the manifest: equal data have equal packs. */
  readonly digest: string;
  readonly bytes: number;
  readonly #files: readonly PackFile[];
  /** Where each piece begins in the stream. */
  readonly #offsets = new Map<string, Piece & { readonly offset: number }>();

  private constructor(files: readonly PackFile[], pieces: readonly Piece[]) {
    this.#files = files;
    this.bytes = files.reduce((sum, { size }) => sum + size, 0);
    let offset = 0;
    for (const piece of pieces) {
      this.#offsets.set(piece.sha256, { ...piece, offset });
      offset += piece.size;
    }
    const listed = files.map(({ path, size }) => ({ path, size }));
    this.manifest = Buffer.from(JSON.stringify({ files: listed, pieces }));
    this.digest = createHash('sha256').update(this.manifest).digest('hex');
  }

  static async of(files: readonly PackFile[]): Promise<DataPack> {
    const pieces: Piece[] = [];
    let [hash, size] = [createHash('sha256'), 0];
    const cut = () => {
      if (size > 0) pieces.push({ sha256: hash.digest('hex'), size });
      [hash, size] = [createHash('sha256'), 0];
    };
    for (const { file } of files) {
      for await (const read of createReadStream(file)) {
        for (let rest: Buffer = read; rest.length > 0; ) {
          const part = rest.subarray(0, PIECE_BYTES - size);
          hash.update(part);
          size += part.length;
          rest = rest.subarray(part.length);
          if (size === PIECE_BYTES) cut();
        }
      }
    }
    cut();
    return new DataPack(files, pieces);
  }

  /** Reads a part of an object; null if the pack does not have the object. */
  async read(digest: string, offset: number, length: number) {
    if (digest === this.digest) {
      const data = this.manifest.subarray(offset, offset + length);
      return { size: this.manifest.length, data };
    }
    const piece = this.#offsets.get(digest);
    if (!piece) return null;
    const end = Math.min(offset + length, piece.size);
    return { size: piece.size, data: await this.#readStream(piece.offset + offset, end - offset) };
  }

  async #readStream(from: number, length: number): Promise<Buffer> {
    const data = Buffer.alloc(Math.max(0, length));
    let begin = 0;
    for (const { file, size } of this.#files) {
      const start = Math.max(from, begin);
      const end = Math.min(from + data.length, begin + size);
      if (start < end) await readInto(data, start - from, end - start, file, start - begin);
      begin += size;
    }
    return data;
  }
}

async function readInto(
  data: Buffer,
  at: number,
  length: number,
  file: string,
  position: number,
): Promise<void> {
  const opened = await open(file, 'r');
  try {
    await opened.read(data, at, length, position);
  } finally {
    await opened.close();
  }
}

/**
 * Lists the files of a source, under the paths that they have in a pack, in the order of these.
 * @throws Error with code ENOENT when there are none; TooLarge.
 */
export async function listSource(source: Source): Promise<readonly PackFile[]> {
  const files = (await listPlaces(source, MOST_FILES)).flatMap((each) => each.files);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > LARGEST_PACK_BYTES) throw new TooLarge(`${Math.ceil(bytes / 2 ** 20)} MiB`);
  return sorted(files);
}

/** A file or folder that a source names, and its files. */
export interface PackPlace {
  readonly place: string;
  readonly files: readonly PackFile[];
}

/**
 * Lists the places of a source with their files, under the paths that they have in a pack.
 * @throws Error with code ENOENT when one is not there; TooLarge.
 */
export async function listPlaces(
  source: Source,
  mostFiles = Number.POSITIVE_INFINITY,
): Promise<readonly PackPlace[]> {
  let count = 0;
  const places: PackPlace[] = [];
  for (const [path, place] of await placesIn(source)) {
    const files = sorted(await listPlace(path, place));
    count += files.length;
    if (count > mostFiles) throw new TooLarge(`more than ${mostFiles} files`);
    places.push({ place, files });
  }
  return places;
}

const sorted = (files: readonly PackFile[]) => files.toSorted((a, b) => (a.path < b.path ? -1 : 1));

async function listPlace(root: string, place: string): Promise<readonly PackFile[]> {
  const files: PackFile[] = [];
  const add = async (path: string, file: string): Promise<void> => {
    const found = await stat(file);
    if (found.isDirectory()) {
      const names = await readdir(file);
      for (const name of names.filter((each) => isPacked(each, names))) {
        await add(`${path}/${name}`, join(file, name));
      }
    } else if (found.isFile()) {
      files.push({ path, file, size: found.size, changed: found.mtimeMs });
    }
  };
  await add(root, place);
  return files;
}

/** Says whether an entry of a folder belongs into a pack: records do not, once they are decoded. */
function isPacked(name: string, beside: readonly string[]): boolean {
  if (name.startsWith('.') || name.endsWith('.tmp')) return false;
  const isDecoded = beside.some((each) => each.startsWith('mu2net-images-'));
  return !(isDecoded && name.includes('.tfrecord'));
}

type Places = readonly (readonly [path: string, place: string])[];

/** Returns the places of a source, by their paths in a pack; the sidecar knows the same paths. */
async function placesIn(source: Source): Promise<Places> {
  switch (source.kind) {
    case 'digits':
      return [];
    case 'idx':
      return Object.entries(source.files).flatMap(([split, { images, labels }]) => [
        [`${split}/images/${basename(images)}`, images] as const,
        [`${split}/labels/${basename(labels)}`, labels] as const,
      ]);
    case 'tfds':
      return Promise.all(
        [source, ...source.others].map(async ({ name, version }) => {
          const folder = join(source.directory, name);
          const found = await latestVersion(folder, version);
          return [`${name}/${found}`, join(folder, found)] as const;
        }),
      );
    default:
      return [[basename(source.path), source.path]];
  }
}

/** Returns the latest version in a folder that fits a pattern, as the sidecar chooses it. */
async function latestVersion(folder: string, pattern: string): Promise<string> {
  const versions = (await readdir(folder)).filter((each) => isVersion(each, pattern));
  const latest = versions
    .filter((each) => /^\d+\.\d+\.\d+$/.test(each))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  // A version that is missing has no files.
  return latest ?? pattern;
}
