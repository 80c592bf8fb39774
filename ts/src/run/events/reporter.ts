import { eventLogOf } from '../../state/directory.js';
import { type Address, runNameOf } from '../../state/runs.js';
import { EventLog } from './event-log.js';
import type { EmitEvent, EventBody, EventStamp, RunEvent } from './events.js';

/** Returns the event that a body becomes when it happens now, on a branch. */
export function stampEvent(body: EventBody, { run, branch }: Omit<EventStamp, 'time'>): RunEvent {
  // The type comes first, because people read the lines too.
  const { type, ...fields } = body;
  return { type, time: new Date().toISOString(), run, branch, ...fields } as RunEvent;
}

/** Tells the events of a session: to the run's event log, then to whoever listens. */
export class Reporter {
  readonly #where: Omit<EventStamp, 'time'>;
  readonly #log: EventLog;
  readonly #onEvent: (event: RunEvent) => void;
  #failure: { readonly error: unknown } | undefined;

  constructor(address: Address, onEvent: (event: RunEvent) => void) {
    const file = eventLogOf(address.directory);
    this.#where = { run: runNameOf(address), branch: address.branch };
    this.#onEvent = onEvent;
    this.#log = new EventLog(file, ({ message }) => {
      const text = `${file} cannot be written: ${message}; the run goes on, and its record is complete without it`;
      this.#onEvent(stampEvent({ type: 'warning', message: text }, this.#where));
    });
  }

  /** Tells an event. An error of the listener is an error of the caller. */
  readonly emit: EmitEvent = (body) => {
    if (this.#failure) throw this.#failure.error;
    const event = stampEvent(body, this.#where);
    this.#log.append(event);
    this.#onEvent(event);
  };

  /**
   * Tells an event that the run's own work does not cause. An error of the listener must not reach
   * the workers' code, so the next `emit` throws it.
   */
  readonly emitAside: EmitEvent = (body) => {
    try {
      this.emit(body);
    } catch (error) {
      this.#failure = { error };
    }
  };

  close(): void {
    this.#log.close();
  }
}
