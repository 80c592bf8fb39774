import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Mu2NetError } from '../domain/errors.js';
import { replaceFile } from '../state/durable.js';
import { type FileLock, lockFile } from '../state/file-lock.js';

const saved = z
  .object({
    version: z.literal(1),
    barred: z.array(z.tuple([z.string(), z.enum(['drained', 'evicted'])])).readonly(),
  })
  .readonly();

/** What a standing pool remembers when it is started again. */
export type PoolMemory = Omit<z.infer<typeof saved>, 'version'>;

const NOTHING: PoolMemory = { barred: [] };

/**
 * The folder of a standing pool, which one process uses at a time. Requests are not in it, because
 * controllers submit them again.
 */
export class PoolFolder {
  readonly #file: string;
  readonly #lock: FileLock;

  private constructor(file: string, lock: FileLock) {
    this.#file = file;
    this.#lock = lock;
  }

  /** @throws Mu2NetError RUN_LOCKED when another process uses the folder. */
  static open(folder: string): PoolFolder {
    const path = resolve(folder);
    mkdirSync(path, { recursive: true });
    const lock = lockFile(join(path, 'lock.db'));
    if (lock) return new PoolFolder(join(path, 'pool.json'), lock);
    throw new Mu2NetError(
      'RUN_LOCKED',
      `${path} is in use by another 'mu2net pool serve'; stop that one, or choose another --folder`,
      { file: path },
    );
  }

  /** @throws Mu2NetError RUN_CORRUPT when the file is not what a pool writes. */
  read(): PoolMemory {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
      throw error;
    }
    try {
      const { version: _, ...memory } = saved.parse(JSON.parse(text));
      return memory;
    } catch (cause) {
      throw new Mu2NetError(
        'RUN_CORRUPT',
        `${this.#file} is damaged; delete it, and drain and evict workers anew`,
        { file: this.#file, cause },
      );
    }
  }

  write(memory: PoolMemory): void {
    replaceFile(this.#file, `${JSON.stringify({ version: 1, ...memory })}\n`);
  }

  close(): void {
    this.#lock.release();
  }
}
