import type { Measurement } from '../../protocol/index.js';
import type { LeaseEffect } from '../../ts/src/pool/leases/lease-effect.js';
import { LeaseTable } from '../../ts/src/pool/leases/leases.js';
import { trainRequest } from './requests.js';

/** A pool whose workers and network are simulated; its lease table is the real one. */
export interface Simulation {
  readonly workers: number;
  /** Time of a message from one end to the other. */
  readonly latencyMillis: number;
  /** Children of a generation; the next one is sampled when all are measured. */
  readonly width: number;
  readonly generations: number;
  /** Time that a child takes, by its number. */
  childMillis(child: number): number;
  /** Whether what the table computes takes time, too. */
  readonly isTimed: boolean;
}

export interface Simulated {
  /** Share of the workers' time spent on children, until nothing waits for a worker any more. */
  readonly busy: number;
  /** Share of the whole time that workers wait for the last child of a generation. */
  readonly waiting: number;
  /** Processor time of the table for each child. */
  readonly tableMillis: number;
}

interface Event {
  readonly at: number;
  readonly act: () => readonly LeaseEffect[];
}

/** Milliseconds of all workers: at work, idle for messages, and at the ends of generations. */
interface Tally {
  worked: number;
  idle: number;
  waited: number;
}

/** Simulates generations with a child for each lease; time is virtual. */
export function simulatePool(simulation: Simulation): Simulated {
  const { workers, latencyMillis, width, generations, childMillis, isTimed } = simulation;
  const events: Event[] = [];
  let now = 0;
  let computed = 0;
  const table = new LeaseTable(3, { now: () => now });
  const tally: Tally = { worked: 0, idle: 0, waited: 0 };
  /** When the table heard that each worker has ended its last child. */
  const freeSince = new Map<string, number>();
  let child = 0;
  let open = 0;

  const schedule = (at: number, act: Event['act']) => {
    const index = events.findLastIndex((event) => event.at <= at);
    events.splice(index + 1, 0, { at, act });
  };
  const perform = (effects: readonly LeaseEffect[]) => {
    for (const effect of effects) {
      if (effect.kind === 'done') open--;
      if (effect.kind !== 'grant') continue;
      const { worker, lease, attempt } = effect;
      const path = Number(lease);
      const begun = now + latencyMillis;
      const ended = begun + childMillis(path);
      tally.idle += begun - (freeSince.get(worker) ?? 0);
      tally.worked += ended - begun;
      schedule(ended + latencyMillis, () => {
        tally.idle += latencyMillis;
        freeSince.set(worker, ended + latencyMillis);
        const measurements = [measurementOf(path)];
        return table.done(worker, { lease, attempt }, { kind: 'train', measurements });
      });
    }
  };
  const act = (work: Event['act']) => {
    const began = performance.now();
    const effects = work();
    const took = performance.now() - began;
    computed += took;
    if (isTimed) now += took;
    perform(effects);
  };

  for (let nth = 0; nth < workers; nth++) act(() => table.join(`w${nth}`));
  for (let generation = 0; generation < generations; generation++) {
    open = width;
    for (let nth = 0; nth < width; nth++) {
      const path = child++;
      act(() => table.submit(`${path}`, trainRequest('/store', [path])));
    }
    while (open > 0) {
      const event = events.shift();
      if (!event) throw new Error('nothing happens any more');
      now = Math.max(now, event.at);
      act(event.act);
    }
    // Workers have waited for the last one; the next generation is sampled at once.
    for (const [worker, since] of freeSince) {
      tally.waited += now - since;
      freeSince.set(worker, now);
    }
  }
  return {
    busy: tally.worked / (tally.worked + tally.idle),
    waiting: tally.waited / (tally.worked + tally.idle + tally.waited),
    tableMillis: computed / child,
  };
}

const measurementOf = (pathId: number): Measurement => ({
  kind: 'trained',
  pathId,
  qualities: [0.5],
  components: null,
  trainSeconds: 1,
  compilations: 0,
});
