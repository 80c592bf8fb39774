import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { RunEvent, RunEventOf } from './events.js';
import { isWorthLogging, type LoggedProgress } from './thin-progress.js';

/** Size of the event log at which it becomes the older one, and a new one begins. */
const LARGEST_LOG_BYTES = 8 << 20;

/** Events that the head of a new log repeats, so that each file can be read alone. */
interface Head {
  readonly started: RunEventOf<'started'> | null;
  readonly generation: RunEventOf<'generation'> | null;
}

/**
 * Writes the event log of a run: one line of JSON for each event, as it happens. Only the process
 * that holds the run's lock writes it. A write that fails stops nothing: it is reported once, and
 * later events are tried again.
 */
export class EventLog {
  readonly #file: string;
  readonly #largest: number;
  readonly #onFailure: (error: Error) => void;
  #descriptor: number | null = null;
  #bytes = 0;
  /** Whether the last line may be incomplete. */
  #torn = false;
  #failed = false;
  #head: Head = { started: null, generation: null };
  #progress: LoggedProgress = new Map();

  constructor(file: string, onFailure: (error: Error) => void, largest = LARGEST_LOG_BYTES) {
    this.#file = file;
    this.#onFailure = onFailure;
    this.#largest = largest;
  }

  /** Appends an event. Progress of a child is left out if it says little that is new. */
  append(event: RunEvent): void {
    const { worth, logged } = isWorthLogging(event, this.#progress);
    this.#progress = logged;
    this.#head = headAfter(this.#head, event);
    if (!worth) return;
    try {
      this.#open();
      if (this.#bytes >= this.#largest) this.#rotate();
      this.#write(event);
    } catch (error) {
      this.#torn = true;
      if (this.#failed) return;
      this.#failed = true;
      this.#onFailure(error as Error);
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #open(): void {
    if (this.#descriptor !== null) return;
    this.#descriptor = openSync(this.#file, 'a+');
    this.#bytes = fstatSync(this.#descriptor).size;
    const last = Buffer.alloc(1);
    // A process that was killed may have left a part of a line.
    if (this.#bytes > 0) readSync(this.#descriptor, last, 0, 1, this.#bytes - 1);
    this.#torn ||= this.#bytes > 0 && last.toString() !== '\n';
  }

  #rotate(): void {
    this.close();
    renameSync(this.#file, olderLogOf(this.#file));
    this.#torn = false;
    this.#open();
    const { started, generation } = this.#head;
    if (started) this.#write(started);
    if (generation) this.#write(generation);
  }

  #write(event: RunEvent): void {
    if (this.#descriptor === null) return;
    const line = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify(event)}\n`);
    const written = writeSync(this.#descriptor, line);
    this.#bytes += written;
    this.#torn = written < line.length;
    if (this.#torn) throw new Error(`only ${written} of ${line.length} bytes were written`);
  }
}

/** Returns the file of the older events: `events.1.jsonl` beside `events.jsonl`. */
export function olderLogOf(file: string): string {
  return file.replace(/\.jsonl$/, '.1.jsonl');
}

/** Returns what a new log would have to repeat after an event. */
function headAfter({ started, generation }: Head, event: RunEvent): Head {
  if (event.type === 'started') return { started: event, generation: null };
  if (event.type === 'generation') return { started, generation: event };
  if (event.type !== 'child' || started === null) return { started, generation };
  return { started: { ...started, childrenDone: started.childrenDone + 1 }, generation };
}
