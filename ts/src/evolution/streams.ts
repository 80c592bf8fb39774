import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A sequence of random draws. */
export interface Stream {
  /** Returns true with the given probability: always at 1, never at 0. */
  chance(probability: number): boolean;
  /** Draws uniformly from the integers 0 … `length` − 1. */
  index(length: number): number;
  /** Returns a uniformly shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Named random streams derived from one seed. A stream is a function of the seed and its name
 * alone, so draws under one name never shift those under another.
 */
export interface Streams {
  /** Returns the stream with this name, from its beginning. */
  stream(...name: readonly (string | number)[]): Stream;
  /** Returns a seed below 2^32 for random draws outside the controller. */
  seed(...name: readonly (string | number)[]): number;
}

function hashOf(seed: number, name: readonly (string | number)[]): DataView {
  const bytes = sha256(utf8ToBytes(JSON.stringify([seed, ...name])));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Returns the random streams of an experiment's `seed`. */
export function streamsOf(seed: number): Streams {
  return {
    stream(...name) {
      const hash = hashOf(seed, name);
      const rng = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => hash.getInt32(at)));
      const index = (length: number) => uniformInt(rng, 0, length - 1);
      return {
        chance: (probability) => uniformFloat64(rng) < probability,
        index,
        shuffle(items) {
          const shuffled = [...items];
          for (let last = shuffled.length - 1; last > 0; last--) {
            const other = index(last + 1);
            [shuffled[last], shuffled[other]] = [
              shuffled[other] as (typeof items)[number],
              shuffled[last] as (typeof items)[number],
            ];
          }
          return shuffled;
        },
      };
    },
    seed: (...name) => hashOf(seed, name).getUint32(0),
  };
}
