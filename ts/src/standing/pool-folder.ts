import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Mu2NetError } from '../domain/errors.js';
import { allowKey, type Role } from '../keys/allow-list.js';
import { changeAllowList } from '../keys/allow-list-file.js';
import { createKeyFile, readKeyFile } from '../keys/key-file.js';
import type { KeyPair } from '../pool/wire/keys.js';
import type { Credentials } from '../pool/wire/security.js';
import { replaceFile } from '../state/durable.js';
import { type FileLock, lockFile } from '../state/lock/file-lock.js';

const memory = z.object({
  version: z.literal(1),
  barred: z.array(z.tuple([z.string(), z.enum(['drained', 'evicted'])]).readonly()).readonly(),
  usage: z
    .array(
      z.tuple([z.string(), z.object({ seconds: z.number(), requests: z.number() })]).readonly(),
    )
    .readonly(),
});
const place = z.object({
  version: z.literal(1),
  workers: z.string(),
  controllers: z.string(),
  poolKey: z.string(),
});

/** The state of a standing pool that outlasts a restart. */
export type PoolMemory = Readonly<Omit<z.infer<typeof memory>, 'version'>>;

/** Where a standing pool listens, and the public key by which peers know it. */
export type PoolPlace = Readonly<Omit<z.infer<typeof place>, 'version'>>;

const ROLES: readonly Role[] = ['worker', 'controller'];

/**
 * The folder of a standing pool, which one process uses at a time: its keys, the keys that may
 * connect, where it listens, and what it remembers. Requests are not in it, because controllers
 * submit them again. Whoever can read the secret keys in it may use the pool.
 */
export class PoolFolder {
  readonly #path: string;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.#path = path;
    this.#lock = lock;
  }

  /**
   * Opens a folder, and makes what is missing of it.
   * @throws Mu2NetError RUN_LOCKED when another process uses the folder; KEY_INVALID.
   */
  static open(folder: string): PoolFolder {
    const path = resolve(folder);
    mkdirSync(path, { recursive: true });
    const lock = lockFile(join(path, 'lock.db'));
    if (!lock) {
      throw new Mu2NetError(
        'RUN_LOCKED',
        `${path} is in use by another 'mu2net pool serve'; stop that one, or choose another --folder`,
        { file: path },
      );
    }
    return new PoolFolder(path, lock);
  }

  /** The keys that may connect, a line for each. */
  get allowList(): string {
    return join(this.#path, 'allowed');
  }

  /** Returns the keys of the pool. The first time, it makes them, and one for each role. */
  keys(): KeyPair {
    const file = join(this.#path, 'pool.key');
    if (existsSync(file)) return readKeyFile(file);
    for (const role of ROLES) {
      const { publicKey } = createKeyFile(keyFileOf(this.#path, role));
      changeAllowList(this.allowList, (keys) =>
        allowKey(keys, { role, publicKey, name: `this-${role}` }, this.allowList),
      );
    }
    return createKeyFile(file);
  }

  /** @throws Mu2NetError RUN_CORRUPT when the file is not what a pool writes. */
  recall(): PoolMemory {
    return readJson(join(this.#path, 'memory.json'), memory) ?? { barred: [], usage: [] };
  }

  remember(now: PoolMemory): void {
    this.#write('memory.json', now);
  }

  /** Says where the pool listens, so that peers find it by this folder. */
  publish(where: PoolPlace): void {
    this.#write('place.json', where);
  }

  close(): void {
    this.#lock.release();
  }

  #write(name: string, value: object): void {
    replaceFile(join(this.#path, name), `${JSON.stringify({ version: 1, ...value })}\n`);
  }
}

/**
 * Returns how a peer of this machine connects to the pool of a folder.
 * @throws Mu2NetError POOL_AWAY when none was ever served from it; KEY_INVALID; RUN_CORRUPT.
 */
export function connectionOf(
  folder: string,
  role: Role,
): { readonly endpoint: string; readonly credentials: Credentials; readonly keyFile: string } {
  const where = readJson(join(folder, 'place.json'), place);
  if (where === null) {
    throw new Mu2NetError(
      'POOL_AWAY',
      `no pool was served from the folder ${folder}; 'npx mu2net pool serve --folder ${folder}' does that`,
      { file: folder },
    );
  }
  const keyFile = keyFileOf(folder, role);
  const endpoint = role === 'worker' ? where.workers : where.controllers;
  return {
    endpoint: endpoint.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'),
    credentials: { brokerKey: where.poolKey, keyPair: readKeyFile(keyFile) },
    keyFile,
  };
}

/** Returns the file with the secret key that the pool makes for peers of a role on this machine. */
const keyFileOf = (folder: string, role: Role): string => join(folder, `${role}.key`);

/** Reads a file that a pool wrote; null when there is none. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Mu2NetError(
      'RUN_CORRUPT',
      `${file} is damaged; delete it, and serve the pool again`,
      { file, cause },
    );
  }
}
