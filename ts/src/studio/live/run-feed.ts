import type { RunEvent } from '../../run/events/events.js';
import { EventReader } from '../../run/events/read-events.js';
import { eventLogOf, isRun } from '../../state/directory.js';
import { readHolder } from '../../state/lock/holder.js';
import { readRun } from '../../state/record/ledger.js';
import { type Address, runNameOf } from '../../state/runs.js';
import { type Status, status } from '../../views/status.js';
import { historyNameOf } from '../read/history.js';
import { recordStampOf } from '../read/stamp.js';
import type { RunStreamEvents } from '../stream.js';
import { Feed, type FeedEvent } from './feed.js';
import { recapOf } from './recap.js';

/** How many looks at the event log pass between two looks at the state, which may change alone. */
const LOOKS = 4;

/** The news of a branch: events while a process grows it, and changes of its record. */
export class RunFeed {
  readonly feed = new Feed();
  readonly #address: Address;
  readonly #reader: EventReader;
  #recap: readonly RunEvent[] = [];
  #stamp = '';
  #status = '';
  #looks = 0;

  constructor(address: Address) {
    this.#address = address;
    this.#reader = new EventReader(eventLogOf(address.directory));
    const isHeld = readHolder(address.directory) !== null;
    const events = this.#readEvents();
    this.#recap = isHeld ? recapOf(events) : [];
    this.#stamp = recordStampOf(address.directory);
    this.#status = JSON.stringify(this.#readStatus());
  }

  /** Events of the session in progress that a late listener has to know. */
  get recap(): readonly RunEvent[] {
    return this.#recap;
  }

  /** Returns what a source has to get first, which may have been here before. */
  greeting(lastId: string | null): readonly FeedEvent[] {
    const missed = this.feed.after(lastId);
    const id = this.feed.lastId;
    if (missed) return [event(lastId ?? id, 'hello', { resumed: true }), ...missed];
    return [
      event(id, 'hello', { resumed: false }),
      ...this.#recap.map((each) => event(id, 'event', each)),
      ...(this.#status === 'null' ? [] : [event(id, 'status', JSON.parse(this.#status))]),
    ];
  }

  /**
   * Looks what is new, and publishes it.
   * @throws Mu2NetError when the record cannot be read any more.
   */
  look(): void {
    const events = this.#readEvents();
    this.#recap = recapOf([...this.#recap, ...events]);
    for (const each of events) this.feed.publish('event', each);
    const stamp = recordStampOf(this.#address.directory);
    const isChanged = stamp !== this.#stamp;
    this.#looks++;
    if (!isChanged && events.length === 0 && this.#looks % LOOKS !== 0) return;
    const now = JSON.stringify(this.#readStatus());
    if (now !== this.#status) this.feed.publish('status', JSON.parse(now));
    this.#status = now;
    if (isChanged) this.feed.publish('record', this.#readRecord());
    this.#stamp = stamp;
  }

  close(): void {
    this.#reader.close();
  }

  #readEvents(): readonly RunEvent[] {
    return this.#reader.read().filter(({ branch }) => branch === this.#address.branch);
  }

  /** Returns the state; null while the run has no record yet. */
  #readStatus(): Status | null {
    const hadRecord = this.#status !== '' && this.#status !== 'null';
    if (!hadRecord && !isRun(this.#address.directory)) return null;
    return readRun(this.#address, (ledger) => status(ledger, runNameOf(this.#address)));
  }

  #readRecord(): RunStreamEvents['record'] {
    return readRun(this.#address, (ledger) => ({
      history: historyNameOf(ledger),
      nextPathId: ledger.nextPathId(),
    }));
  }
}

/** Checks the type of an event's data. */
function event<T extends keyof RunStreamEvents>(
  id: string,
  type: T,
  data: RunStreamEvents[T],
): FeedEvent {
  return { id, type, data };
}
