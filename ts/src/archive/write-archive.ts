import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { packTar, type TarSource } from 'modern-tar/fs';
import type { Digest } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import { readUnused } from '../state/read-unused.js';
import { copyRecordInto } from '../state/record/copy-record.js';
import { allReachableDigests } from '../state/record/reach.js';
import { MAIN } from '../state/record/records.js';
import { readStore, type StoredFile } from '../state/store.js';
import { isRemoteStore } from '../state/store-url.js';
import { MANIFEST, type Manifest, objectName, RECORD } from './manifest.js';

/** How much of an archive is written or read. */
export interface ArchiveProgress {
  readonly bytes: number;
  readonly total: number;
}

/** Controls how a run is archived. */
export interface ArchiveOptions {
  /** A folder that has the weights, if they are in a store at a URL that you have copied. */
  readonly store?: string | undefined;
  readonly onProgress?: ((progress: ArchiveProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An archive that was written, and the size of its content. */
export interface Archive {
  readonly file: string;
  readonly run: string;
  /** Number of stored objects: parameters and momentum traces of components. */
  readonly objects: number;
  /** Size of the record and the objects together. */
  readonly bytes: number;
}

/** A file of the archive. */
interface Part {
  readonly name: string;
  readonly bytes: number;
  content(): AsyncIterable<Uint8Array>;
}

/**
 * Writes the record of a run, with all its branches, and its weights into one tar file. An unchanged
 * run gives the same file again. It appears when it is whole; an earlier one is replaced.
 *
 * @throws Mu2NetError RUN_LOCKED while a process uses the run; STORE_MISSING, STORE_CORRUPT when
 *   weights are absent or damaged; STORE_UNSUPPORTED when they are at a URL; CANCELLED
 */
export async function archiveRun(
  directory: string,
  out: string,
  { store: copy, onProgress = () => {}, signal }: ArchiveOptions = {},
): Promise<Archive> {
  const run = basename(directory);
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  const scratch = mkdtempSync(join(dirname(file), '.archive-'));
  try {
    const record = join(scratch, RECORD);
    const stored = await readUnused({ directory, branch: MAIN }, async (ledger) => {
      const store = copy === undefined ? ledger.store() : resolve(copy);
      if (isRemoteStore(store)) throw remoteError(run, store);
      copyRecordInto(directory, record);
      return filesOf(store, allReachableDigests(ledger), new Set(ledger.storedDigests()));
    });
    const recordBytes = readFileSync(record);
    const manifest: Manifest = {
      format: 'mu2net archive',
      version: 1,
      run,
      record: { sha256: sha256Of(recordBytes), bytes: recordBytes.length },
      objects: stored.map(({ digest, bytes }) => ({ digest, bytes })),
    };
    const text = Buffer.from(`${JSON.stringify(manifest)}\n`);
    const parts: readonly Part[] = [
      partOf(MANIFEST, text),
      partOf(RECORD, recordBytes),
      ...stored.map(({ digest, bytes, file: source }) => ({
        name: objectName(digest),
        bytes,
        content: () => checkedContent(source, digest),
      })),
    ];
    const draft = join(scratch, 'archive.tar');
    await writeTar(parts, draft, onProgress, signal);
    renameSync(draft, file);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, -text.length);
    return { file, run, objects: stored.length, bytes };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Finds the objects of a run in a store, by digest; those that a branch needs must be there. */
function filesOf(
  store: string,
  needed: ReadonlySet<Digest>,
  recorded: ReadonlySet<Digest>,
): readonly (StoredFile & { readonly digest: Digest })[] {
  const found = readStore(store).files.flatMap(({ digest, ...rest }) =>
    digest !== null && (needed.has(digest) || recorded.has(digest)) ? [{ digest, ...rest }] : [],
  );
  const digests = new Set(found.map(({ digest }) => digest));
  const missing = [...needed].filter((digest) => !digests.has(digest));
  if (missing.length > 0) {
    throw new Mu2NetError(
      'STORE_MISSING',
      `${store} lacks ${missing.length} of ${needed.size} objects that the run needs, such as ${missing[0]}; restore them from a copy`,
      { file: store },
    );
  }
  return found.sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function partOf(name: string, bytes: Uint8Array): Part {
  return {
    name,
    bytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}

/** Reads an object, and checks that its bytes have the digest that is its name. */
async function* checkedContent(file: string, digest: Digest): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') === digest) return;
  throw new Mu2NetError(
    'STORE_CORRUPT',
    `${file} is damaged: its bytes do not have the hash that is its name; restore it from a copy`,
    { file },
  );
}

/** The time of every file in an archive, so that an unchanged run gives the same archive. */
const TIME = new Date(0);

async function writeTar(
  parts: readonly Part[],
  file: string,
  onProgress: (progress: ArchiveProgress) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  let bytes = 0;
  async function* counted(part: Part) {
    for await (const chunk of part.content()) {
      bytes += chunk.length;
      onProgress({ bytes, total });
      yield chunk;
    }
  }
  const sources = parts.map(
    (part): TarSource => ({
      type: 'stream',
      target: part.name,
      size: part.bytes,
      mtime: TIME,
      mode: 0o644,
      content: Readable.from(counted(part), { objectMode: false }),
    }),
  );
  try {
    await pipeline(packTar(sources), createWriteStream(file, { flush: true }), { signal });
  } catch (error) {
    if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'archiving was cancelled');
    throw error;
  }
}

function remoteError(run: string, store: string): Mu2NetError {
  return new Mu2NetError(
    'STORE_UNSUPPORTED',
    `the weights of ${run} are at ${store}, and an archive is made of a folder; copy that place to a folder with its own tools, and name the folder with --store`,
    { run, file: store },
  );
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
