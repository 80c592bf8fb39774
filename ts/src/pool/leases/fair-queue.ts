import type { Priority } from '../../../../protocol/index.js';

/** Whose requests wait in a queue. */
export interface Owner {
  readonly id: string;
  /** Weight beside other owners of the same priority. */
  readonly share: number;
  readonly priority: Priority;
}

/** The owner of requests that nobody shares a pool with. */
export const SOLE_OWNER: Owner = { id: '', share: 1, priority: 'normal' };

/** How much more time a priority gets than the next lower one while both have requests. */
const PRIORITY_FACTOR = 16;
const WEIGHTS: Readonly<Record<Priority, number>> = {
  low: 1,
  normal: PRIORITY_FACTOR,
  high: PRIORITY_FACTOR ** 2,
};
/** How much the newest measurement counts in the expected time of an owner's next lease. */
const NEWEST = 0.3;

/** Something that competes for time: a priority, or an owner within it. */
interface Account {
  readonly weight: number;
  /** Seconds that it has used, divided by its weight: the smallest goes next. */
  used: number;
}

/** An owner, its leases that wait, and how many are granted. */
interface Line extends Account {
  readonly level: Level;
  readonly waiting: string[];
  granted: number;
  /** Expected seconds of its next lease; null before one was measured. */
  expected: number | null;
}

/** The owners of one priority. */
interface Level extends Account {
  readonly lines: Map<string, Line>;
  /** Time that the owner served last had used by then: a newcomer begins there. */
  reached: number;
}

interface Grant {
  readonly line: Line;
  readonly expected: number;
}

/**
 * The order in which leases are granted: fair by the seconds for which workers hold them, as
 * start-time fair queuing is for packets. Owners of one priority get time in proportion to their
 * shares. A priority gets 16 times as much as the next lower one, so that it goes first, and yet
 * nobody waits for ever. Who had nothing to do saves no claim. Pure: whoever grants a lease charges
 * it when it ends; until then it counts with the time that is expected.
 */
export class FairQueue {
  readonly #levels = new Map<Priority, Level>();
  readonly #lines = new Map<string, Line>();
  readonly #lineOf = new Map<string, Line>();
  readonly #grants = new Map<string, Grant>();
  #reached = 0;

  /** Adds a lease at the end of its owner's line. */
  add(lease: string, owner: Owner): void {
    const line = this.#enter(owner);
    this.#lineOf.set(lease, line);
    line.waiting.push(lease);
  }

  /** Adds a lease that was granted before at the head of its owner's line. */
  putBack(lease: string): void {
    const line = this.#lineOf.get(lease);
    if (!line) return;
    this.#activate(line);
    line.waiting.unshift(lease);
  }

  /** Removes a lease that is settled, whether it waits or not. */
  remove(lease: string): void {
    const line = this.#lineOf.get(lease);
    const at = line?.waiting.indexOf(lease) ?? -1;
    if (at >= 0) line?.waiting.splice(at, 1);
    this.#lineOf.delete(lease);
  }

  /** Takes the lease to grant next, of those that are wanted; undefined when none of them waits. */
  next(isWanted: (lease: string) => boolean = () => true): string | undefined {
    for (const level of inOrder([...this.#levels.values()].filter(isWaiting))) {
      for (const { waiting } of inOrder([...level.lines.values()])) {
        const at = waiting.findIndex(isWanted);
        if (at >= 0) return waiting.splice(at, 1)[0];
      }
    }
    return undefined;
  }

  /** Takes note that a lease is granted. @param grant names the grant when it is charged. */
  grant(lease: string, grant: string): void {
    const line = this.#lineOf.get(lease);
    if (!line) return;
    this.#reached = line.level.used;
    line.level.reached = line.used;
    const expected = line.expected ?? this.#mean();
    line.granted++;
    this.#grants.set(grant, { line, expected });
    spend(line, expected);
  }

  /** Charges a grant that has ended with the seconds that it took. */
  charge(grant: string, seconds: number): void {
    const granted = this.#grants.get(grant);
    if (!granted) return;
    const { line, expected } = granted;
    this.#grants.delete(grant);
    line.granted--;
    line.expected =
      line.expected === null ? seconds : NEWEST * seconds + (1 - NEWEST) * line.expected;
    spend(line, seconds - expected);
  }

  /** Forgets an owner, whose leases are removed. */
  leave(owner: string): void {
    const line = this.#lines.get(owner);
    this.#lines.delete(owner);
    line?.level.lines.delete(owner);
  }

  /** How many leases of an owner wait, and how many are granted. */
  countsOf(owner: string): { readonly queued: number; readonly running: number } {
    const line = this.#lines.get(owner);
    return { queued: line?.waiting.length ?? 0, running: line?.granted ?? 0 };
  }

  /** How many leases wait. */
  get length(): number {
    return [...this.#lines.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  get isEmpty(): boolean {
    return ![...this.#levels.values()].some(isWaiting);
  }

  #enter({ id, share, priority }: Owner): Line {
    let line = this.#lines.get(id);
    if (!line) {
      const level = this.#levels.get(priority) ?? this.#createLevel(priority);
      const { lines } = level;
      line = { level, waiting: [], granted: 0, expected: null, weight: share, used: 0 };
      this.#lines.set(id, line);
      lines.set(id, line);
    }
    this.#activate(line);
    return line;
  }

  #createLevel(priority: Priority): Level {
    const level = { weight: WEIGHTS[priority], used: 0, reached: 0, lines: new Map() };
    this.#levels.set(priority, level);
    return level;
  }

  /** Lets an owner that had nothing to do begin where the others are now. */
  #activate(line: Line): void {
    const { level } = line;
    const isIdle = ({ waiting, granted }: Line) => waiting.length === 0 && granted === 0;
    if ([...level.lines.values()].every(isIdle)) level.used = Math.max(level.used, this.#reached);
    if (isIdle(line)) line.used = Math.max(line.used, level.reached);
  }

  /** Expected seconds of a lease of an owner about which nothing is known. */
  #mean(): number {
    const known = [...this.#lines.values()].flatMap(({ expected }) => expected ?? []);
    return known.length === 0 ? 1 : known.reduce((a, b) => a + b, 0) / known.length;
  }
}

const isWaiting = ({ lines }: Level): boolean =>
  [...lines.values()].some(({ waiting }) => waiting.length > 0);

function spend(line: Line, seconds: number): void {
  line.used += seconds / line.weight;
  line.level.used += seconds / line.level.weight;
}

/** Those that have used least first; the heavier of equals, then the older one. */
function inOrder<T extends Account>(accounts: readonly T[]): readonly T[] {
  return accounts.toSorted((a, b) => a.used - b.used || b.weight - a.weight);
}
