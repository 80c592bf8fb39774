import type { RunEvent, RunEventOf } from '../../../ts/src/run/events/events.js';
import type { RunStreamEvents } from '../../../ts/src/studio/stream.js';
import type { Status } from '../../../ts/src/views/status.js';
import { paths } from './paths.js';
import { type Connection, listen } from './stream.js';

/** Documents are read again at most once in this time, in milliseconds. */
const LEAST = 1500;

/** A child that is being trained. */
export type Training = RunEventOf<'progress'>;

/** A branch as its events tell of it. */
export class LiveRun {
  readonly run: string;
  connection = $state<Connection>('connecting');
  /** Changes when the documents of the branch do. */
  version = $state(0);
  status = $state.raw<Status | null>(null);
  /** Children in training, by path. */
  training = $state.raw<ReadonlyMap<number, Training>>(new Map());
  /** The work of the process that is not training; null while it trains. */
  phase = $state.raw<RunEventOf<'phase'> | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(run: string) {
    this.run = run;
  }

  /** Listens until the returned function is called. */
  follow(): () => void {
    const stop = listen<RunStreamEvents>(
      paths.runEvents(this.run),
      {
        hello: ({ resumed }) => {
          if (resumed) return;
          this.training = new Map();
          this.#renew();
        },
        event: (event) => this.#take(event),
        status: (status) => {
          this.status = status;
          if (status.state !== 'training') this.training = new Map();
        },
        record: () => this.#renew(),
      },
      (connection) => {
        this.connection = connection;
      },
    );
    return () => {
      clearTimeout(this.#timer);
      stop();
    };
  }

  #take(event: RunEvent): void {
    switch (event.type) {
      case 'progress':
        this.training = new Map(this.training).set(event.pathId, event);
        this.phase = null;
        break;
      case 'child': {
        const rest = new Map(this.training);
        rest.delete(event.pathId);
        this.training = rest;
        break;
      }
      case 'phase':
        this.phase = event;
        break;
      case 'generation':
      case 'session':
      case 'stopped':
      case 'finished':
        this.training = new Map();
        this.phase = null;
        break;
    }
  }

  /** Tells views to read their documents again, but not too often. */
  #renew(): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#last + LEAST - performance.now());
    this.#timer = setTimeout(() => {
      this.#last = performance.now();
      this.version += 1;
    }, wait);
  }
}
