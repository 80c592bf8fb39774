import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { type RunEvent, runEvent } from './events.js';

const CHUNK_BYTES = 1 << 16;

/** Reads an event log as it grows; goes over to the new file when the log begins one. */
export class EventReader {
  readonly #file: string;
  #descriptor: number | null = null;
  #rest = Buffer.alloc(0);
  #position = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Returns the events that were added since the last call; lines that are none are left out. */
  read(): readonly RunEvent[] {
    const events = this.#readFile();
    // The rest of the old file comes before the new one.
    return this.#openNext() ? [...events, ...this.#readFile()] : events;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** Opens the file if another one has its name now; says whether it did. */
  #openNext(): boolean {
    const current = statSync(this.#file, { throwIfNoEntry: false });
    if (!current) return false;
    if (this.#descriptor !== null && fstatSync(this.#descriptor).ino === current.ino) return false;
    this.close();
    this.#descriptor = openSync(this.#file, 'r');
    this.#rest = Buffer.alloc(0);
    this.#position = 0;
    return true;
  }

  #readFile(): readonly RunEvent[] {
    if (this.#descriptor === null) return [];
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const parts = [this.#rest];
    for (;;) {
      const bytes = readSync(this.#descriptor, chunk, 0, chunk.length, this.#position);
      if (bytes === 0) break;
      this.#position += bytes;
      parts.push(Buffer.from(chunk.subarray(0, bytes)));
    }
    const all = Buffer.concat(parts);
    const end = all.lastIndexOf('\n') + 1;
    this.#rest = all.subarray(end);
    return eventsOf(all.toString('utf8', 0, end));
  }
}

/** Returns the events of a log's text; a line that is not an event, such as a torn one, is left out. */
export function eventsOf(text: string): readonly RunEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { success, data } = runEvent.safeParse(JSON.parse(line));
      return success ? [data] : [];
    } catch {
      return [];
    }
  });
}
