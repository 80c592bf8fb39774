import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { thisPackage } from '../../installation/package.js';
import type { Content } from './answer.js';
import { type failureOf, RequestError } from './failure.js';

/** The data that a reading thread starts with. */
export interface ThreadData {
  /** Folder of the runs. */
  readonly folder: string;
}

/** The answer of a reading thread. */
export type ThreadAnswer =
  | { readonly content: Content }
  | { readonly failure: ReturnType<typeof failureOf> };

interface Job {
  readonly address: string;
  resolve(content: Content): void;
  reject(error: unknown): void;
}

/** One for a long document, such as a comparison of large runs, and one for the others. */
const MOST_THREADS = 2;
/** A thread holds memory, so one that is not needed for so long ends. */
const IDLE_MS = 60_000;

/**
 * Threads that read documents from the files of runs, so that the server answers other requests
 * meanwhile. They start when they are needed.
 */
export class ReadingThreads {
  readonly #data: ThreadData;
  readonly #waiting: Job[] = [];
  readonly #threads = new Set<Worker>();
  /** The threads without work, each with the timer that ends it. */
  readonly #idle = new Map<Worker, NodeJS.Timeout>();

  constructor(folder: string) {
    this.#data = { folder };
  }

  /**
   * Reads a document by its address without `/api/`.
   * @throws RequestError, and the errors of reading a run as one.
   */
  read(address: string): Promise<Content> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ address, resolve, reject });
      this.#assign();
    });
  }

  /** Ends all threads; documents that are being read are not answered. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  /** Gives the next job to a thread, if there is one without work. */
  #assign(): void {
    if (this.#waiting.length === 0) return;
    const thread = this.#take();
    const job = thread && this.#waiting.shift();
    if (job) void this.#execute(thread, job);
  }

  #take(): Worker | undefined {
    const [known] = this.#idle;
    if (known) {
      const [thread, timer] = known;
      clearTimeout(timer);
      this.#idle.delete(thread);
      return thread;
    }
    if (this.#threads.size >= MOST_THREADS) return undefined;
    const program = join(thisPackage().folder, 'dist', 'bundle', 'thread.js');
    const thread = new Worker(program, { workerData: this.#data });
    this.#threads.add(thread);
    thread.on('exit', () => this.#threads.delete(thread));
    return thread;
  }

  async #execute(thread: Worker, { address, resolve, reject }: Job): Promise<void> {
    try {
      const answered = once(thread, 'message') as Promise<[ThreadAnswer]>;
      thread.postMessage(address);
      const [answer] = await answered;
      const idle = setTimeout(() => this.#end(thread), IDLE_MS).unref();
      this.#idle.set(thread, idle);
      if ('content' in answer) resolve(contentFrom(answer.content));
      else reject(errorOf(answer.failure));
    } catch (error) {
      // A thread that failed has ended; the next job starts another.
      this.#threads.delete(thread);
      reject(error);
    }
    this.#assign();
  }

  #end(thread: Worker): void {
    this.#idle.delete(thread);
    void thread.terminate();
  }
}

/** Restores the type that bytes lose on their way from a thread. */
function contentFrom({ compressed, ...rest }: Content): Content {
  return {
    ...rest,
    compressed: Buffer.from(compressed.buffer, compressed.byteOffset, compressed.length),
  };
}

function errorOf({ status, document }: ReturnType<typeof failureOf>): RequestError {
  const { code, message, ...subject } = document.error;
  return new RequestError(status, code, message, subject);
}
