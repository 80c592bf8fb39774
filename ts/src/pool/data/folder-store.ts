import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  LARGEST_PART_BYTES,
  type Request,
  type StoreAnswer,
  type StoreAsk,
} from '../../../../protocol/index.js';

/** A question about a store. */
type FolderAsk = Exclude<StoreAsk, { kind: 'data' | 'readData' }>;

/**
 * Answers what a worker asks of the store of its request, which is a folder of this machine. Each
 * answer needs a part of an object in memory, and nothing is kept between them: an upload is a
 * temporary file, which becomes an object when it is complete and has the bytes of its digest.
 */
export async function answerFromFolder(request: Request, ask: FolderAsk): Promise<StoreAnswer> {
  if (!isOfRequest(request, ask)) return declined(`the request is not about ${ask.store}`);
  try {
    switch (ask.kind) {
      case 'read':
        return await readPart(ask);
      case 'write':
        return await writePart(ask);
      case 'commit':
        return await commit(ask);
      case 'remove':
        await rm(objectIn(ask));
        return { kind: 'accepted' };
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'missing' };
    return declined(`${ask.store}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Says whether a request is about the store; it may change only the one that it works for. */
function isOfRequest(request: Request, { kind, store }: FolderAsk): boolean {
  if (!('store' in request) || /^[a-z][a-z0-9+.-]*:\/\//.test(store)) return false;
  if (request.store === store) return true;
  return request.kind === 'copy' && kind === 'read' && request.from === store;
}

async function readPart(ask: Extract<StoreAsk, { kind: 'read' }>): Promise<StoreAnswer> {
  const file = await open(objectIn(ask), 'r');
  try {
    const { size } = await file.stat();
    const data = Buffer.alloc(
      Math.max(0, Math.min(ask.length, LARGEST_PART_BYTES, size - ask.offset)),
    );
    const { bytesRead } = await file.read(data, 0, data.length, ask.offset);
    return { kind: 'part', size, data: data.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

async function writePart(ask: Extract<StoreAsk, { kind: 'write' }>): Promise<StoreAnswer> {
  if (ask.data.length > LARGEST_PART_BYTES) return declined('the part is too large');
  await mkdir(ask.store, { recursive: true });
  const file = await open(uploadIn(ask), 'a').then(async (created) => {
    // Appending creates the file; writing at a place needs another mode.
    await created.close();
    return open(uploadIn(ask), 'r+');
  });
  try {
    await file.write(ask.data, 0, ask.data.length, ask.offset);
  } finally {
    await file.close();
  }
  return { kind: 'accepted' };
}

async function commit(ask: Extract<StoreAsk, { kind: 'commit' }>): Promise<StoreAnswer> {
  const upload = uploadIn(ask);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(upload)) hash.update(chunk);
  if (hash.digest('hex') !== ask.digest) {
    await rm(upload, { force: true });
    return declined(`object ${ask.digest} was damaged on its way`);
  }
  const object = objectIn(ask);
  await mkdir(dirname(object), { recursive: true });
  await sync(upload);
  await rename(upload, object);
  await sync(dirname(object));
  await sync(ask.store);
  return { kind: 'accepted' };
}

/** Makes the content of a file, or the names in a folder, durable. */
async function sync(path: string): Promise<void> {
  // Windows cannot open a folder; it journals renames.
  if (process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

// The digest and the name of an upload are hexadecimal digits, so neither leads out of the store.
const objectIn = ({ store, digest }: { readonly store: string; readonly digest: string }) =>
  join(store, digest.slice(0, 2), `${digest}.safetensors`);
const uploadIn = ({ store, upload }: { readonly store: string; readonly upload: string }) =>
  join(store, `${upload}.tmp`);

function declined(message: string): StoreAnswer {
  return { kind: 'declined', message: message.slice(0, 8000) };
}
