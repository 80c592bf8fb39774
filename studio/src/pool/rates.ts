/** The use that controllers have made of a pool up to a moment. */
export interface UsageSample {
  /** Milliseconds of any clock that runs evenly. */
  readonly at: number;
  readonly usage: readonly {
    readonly name: string;
    readonly requests: number;
    readonly seconds: number;
  }[];
}

/** The present use of a pool by a controller. */
export interface Rate {
  readonly requestsPerMinute: number;
  /** Workers that it keeps busy, on average. */
  readonly workers: number;
}

/** How long rates look back, in milliseconds. */
const WINDOW = 60_000;

/** Adds a sample, and forgets those that rates do not need. */
export function addSample(
  samples: readonly UsageSample[],
  sample: UsageSample,
): readonly UsageSample[] {
  const kept = samples.filter(({ at }) => sample.at - at <= WINDOW && at < sample.at);
  return [...kept, sample];
}

/** Returns the rate of each controller over the samples; empty with fewer than two. */
export function ratesOf(samples: readonly UsageSample[]): ReadonlyMap<string, Rate> {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at === first.at) return new Map();
  const seconds = (last.at - first.at) / 1000;
  const before = new Map(first.usage.map((each) => [each.name, each]));
  return new Map(
    last.usage.map(({ name, requests, seconds: used }) => {
      const earlier = before.get(name);
      // A pool that was started anew counts from 0 again.
      const grown = (now: number, then = 0) => Math.max(0, now < then ? now : now - then);
      return [
        name,
        {
          requestsPerMinute: (60 * grown(requests, earlier?.requests)) / seconds,
          workers: grown(used, earlier?.seconds) / seconds,
        },
      ];
    }),
  );
}
