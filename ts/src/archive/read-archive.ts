import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { Mu2NetError } from '../domain/errors.js';
import { isName } from '../domain/names.js';
import { recordFileOf } from '../state/directory.js';
import { renameDurably } from '../state/durable.js';
import { readRun } from '../state/record/ledger.js';
import { MAIN } from '../state/record/records.js';
import { runsFolder } from '../state/runs.js';
import {
  archiveError,
  MANIFEST,
  type Manifest,
  objectName,
  parseManifest,
  RECORD,
} from './manifest.js';
import type { ArchiveProgress } from './write-archive.js';

/** Controls where the run of an archive goes. */
export interface UnarchiveOptions {
  /** Folder of the runs; `MU2NET_RUNS` or `./runs` by default. */
  readonly folder?: string | undefined;
  /** Name of the run; by default the name that it had. */
  readonly name?: string | undefined;
  readonly onProgress?: ((progress: ArchiveProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Largest manifest that is read, in bytes: some million objects. */
const LARGEST_MANIFEST = 256 * 2 ** 20;

/**
 * Checks an archive from its first byte to its last: every file is there once, and has the size and
 * the hash that the manifest says.
 *
 * @returns the manifest.
 * @throws Mu2NetError ARCHIVE_INVALID, CANCELLED
 */
export function checkArchive(
  file: string,
  options: Pick<UnarchiveOptions, 'onProgress' | 'signal'> = {},
): Promise<Manifest> {
  return readParts(resolve(file), () => null, options);
}

/**
 * Makes a run of an archive. Everything is checked before the run appears under its name.
 *
 * @returns the run directory.
 * @throws Mu2NetError RUN_EXISTS, ARCHIVE_INVALID, CANCELLED; RUN_SCHEMA, RUN_CORRUPT
 */
export async function unarchiveRun(
  file: string,
  { folder = runsFolder(), name, ...options }: UnarchiveOptions = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, '.unarchive-'));
  try {
    // Under another name, so that nobody takes the draft for a run.
    const record = `${recordFileOf(draft)}.draft`;
    const manifest = await readParts(
      resolve(file),
      (part) => (part === RECORD ? record : join(draft, part)),
      options,
    );
    const run = name ?? manifest.run;
    if (!isName(run)) throw archiveError(file, `'${run}' cannot be the name of a run`);
    const directory = join(folder, run);
    if (existsSync(directory)) {
      throw new Mu2NetError(
        'RUN_EXISTS',
        `${directory} exists already; choose another name with --name`,
        { run, file: directory },
      );
    }
    mkdirSync(join(draft, 'store'), { recursive: true });
    renameSync(record, recordFileOf(draft));
    // A record of another schema, or a damaged one, is refused here.
    readRun({ directory: draft, branch: MAIN }, (ledger) => ledger.branches());
    renameDurably(draft, directory);
    return directory;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Reads and checks every file of an archive, and writes it where `placeOf` says, if anywhere. */
async function readParts(
  file: string,
  placeOf: (part: string) => string | null,
  { onProgress = () => {}, signal }: Pick<UnarchiveOptions, 'onProgress' | 'signal'>,
): Promise<Manifest> {
  const total = statSync(file).size;
  let bytes = 0;
  async function* counted() {
    for await (const chunk of createReadStream(file, { signal })) {
      bytes += chunk.length;
      onProgress({ bytes, total });
      yield chunk as Uint8Array;
    }
  }
  // The decoder's types are those of browsers, whose streams are Node's.
  const entries = ReadableStream.from(counted()).pipeThrough(
    createTarDecoder({ strict: true }) as never,
  ) as unknown as AsyncIterable<ParsedTarEntry>;
  try {
    return await checkParts(file, entries, placeOf);
  } catch (error) {
    if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'reading the archive was cancelled');
    if (error instanceof Mu2NetError || isSystemError(error)) throw error;
    throw archiveError(file, 'it is damaged, or is not a tar file', error);
  }
}

const isSystemError = (error: unknown) => error instanceof Error && 'syscall' in error;

async function checkParts(
  file: string,
  entries: AsyncIterable<ParsedTarEntry>,
  placeOf: (part: string) => string | null,
): Promise<Manifest> {
  let manifest: Manifest | null = null;
  let expected = new Map<string, string>();
  for await (const { header, body } of entries) {
    if (manifest === null) {
      if (header.name !== MANIFEST || header.size > LARGEST_MANIFEST) {
        throw archiveError(file, 'it does not begin with a manifest');
      }
      manifest = parseManifest(await new Response(body as never).text(), file);
      expected = expectedParts(manifest);
      continue;
    }
    const { name } = header;
    const digest = expected.get(name);
    // Only names that the manifest implies are ever written, and each once.
    if (digest === undefined) throw archiveError(file, `its file '${name}' is not expected`);
    expected.delete(name);
    if ((await keep(body, placeOf(name))) !== digest) {
      throw archiveError(file, `its file '${name}' is damaged`);
    }
  }
  if (manifest === null) throw archiveError(file, 'it is empty');
  const [missing] = expected.keys();
  if (missing !== undefined) throw archiveError(file, `its file '${missing}' is missing`);
  return manifest;
}

/** Returns the names of the files that follow a manifest, and their hashes. */
function expectedParts({ record, objects }: Manifest): Map<string, string> {
  const parts = objects.map(({ digest }) => [objectName(digest), digest] as const);
  return new Map([[RECORD, record.sha256], ...parts]);
}

/** Writes what a stream has to a file, unless that is null; returns its hash. */
async function keep(body: ParsedTarEntry['body'], file: string | null): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  const sink =
    file === null
      ? new Writable({ write: (_chunk, _encoding, done) => done() })
      : createWriteStream(file, { flush: true });
  await pipeline(Readable.fromWeb(body as never), hashed, sink);
  return hash.digest('hex');
}
