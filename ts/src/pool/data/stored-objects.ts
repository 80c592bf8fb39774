import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import type { Request, Result, WorkerMessageOf } from '../../../../protocol/index.js';

type Answer = WorkerMessageOf<'measured'> | WorkerMessageOf<'done'>;

/** Neither follows a link nor waits for a pipe. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const CHUNK_BYTES = 4 << 20;

/**
 * Checks that what a worker reports as stored is in the store under its digest. An object is read
 * once, unless its file changes. Stores at URLs are not read here: whoever reads an object of them
 * compares its bytes with its digest.
 */
export class StoredObjects {
  readonly #checked = new Map<string, string>();

  /** The same as `flawIn`, for a message of a worker. */
  flawOf(answer: Answer, request: Request | undefined): string | null {
    if (answer.type === 'done') return this.flawIn(answer.result, request);
    return this.flawIn({ kind: 'train', measurements: [answer.measurement] }, request);
  }

  /** Says what is wrong with an object that a result names; null if all are intact. */
  flawIn(result: Result, request: Request | undefined): string | null {
    if (!request || !('store' in request) || request.store.includes('://')) return null;
    for (const digest of digestsOf(result)) {
      const flaw = this.#flawOfObject(request.store, digest);
      if (flaw !== null) return `it reported object ${digest}, ${flaw} in ${request.store}`;
    }
    return null;
  }

  #flawOfObject(store: string, digest: string): string | null {
    const file = join(store, digest.slice(0, 2), `${digest}.safetensors`);
    try {
      const found = identityOf(lstatSync(file));
      if (this.#checked.get(file) === found) return null;
      if (hashOf(file) !== digest) return 'which has other bytes';
      this.#checked.set(file, found);
      return null;
    } catch (error) {
      return `which cannot be read (${(error as NodeJS.ErrnoException).code})`;
    }
  }
}

/** Returns the digests of objects that a result says are stored. */
function digestsOf(result: Result): readonly string[] {
  switch (result.kind) {
    case 'train':
      return result.measurements.flatMap(({ components }) => digestsOfComponents(components));
    case 'initialise':
    case 'import':
    case 'published':
      return digestsOfComponents(result.components);
    default:
      return [];
  }
}

interface Stored {
  readonly paramsDigest: string;
  readonly traceDigest?: string | null;
}

function digestsOfComponents(components: readonly Stored[] | null): readonly string[] {
  return (components ?? []).flatMap(({ paramsDigest, traceDigest }) => [
    paramsDigest,
    ...(traceDigest ? [traceDigest] : []),
  ]);
}

function identityOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino}:${size}:${mtimeMs}`;
}

function hashOf(file: string): string | null {
  const descriptor = openSync(file, READ);
  try {
    if (!fstatSync(descriptor).isFile()) return null;
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let count = 1; count > 0; ) {
      count = readSync(descriptor, chunk, 0, chunk.length, null);
      hash.update(chunk.subarray(0, count));
    }
    return hash.digest('hex');
  } finally {
    closeSync(descriptor);
  }
}
