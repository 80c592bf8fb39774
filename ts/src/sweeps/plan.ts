import { Mu2NetError } from '../domain/errors.js';

/** The values that a sweep gives to one key of the configuration. */
export type Axes = Readonly<Record<string, readonly unknown[]>>;

/** Values that replace those of a configuration, by dotted key. */
export type Setting = Readonly<Record<string, unknown>>;

/** One run of a sweep. */
export interface Cell {
  /** Name of the run. */
  readonly run: string;
  /** Index of its setting; counts from 0. */
  readonly setting: number;
  readonly seed: number;
}

/** The runs of a sweep: every setting with every seed. */
export interface Plan {
  readonly settings: readonly Setting[];
  /** By seed, then by setting, so that every setting has results early. */
  readonly cells: readonly Cell[];
}

/** Most runs of a sweep. */
const MOST_CELLS = 10_000;

/**
 * Plans the runs of a sweep: all combinations of the values of the axes, each with every seed.
 * @throws Mu2NetError CONFIG_INVALID when there are too many, or none.
 */
export function planSweep(name: string, axes: Axes, seeds: readonly number[]): Plan {
  const unique = [...new Set(seeds)];
  const settings = Object.entries(axes).reduce<readonly Setting[]>(
    (known, [key, values]) =>
      known.flatMap((setting) => values.map((value) => ({ ...setting, [key]: value }))),
    [{}],
  );
  const count = unique.length * settings.length;
  if (count === 0 || count > MOST_CELLS) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `the sweep ${name} has ${count} runs, and can have 1 to ${MOST_CELLS}; change its seeds or its values`,
      { run: name },
    );
  }
  const cells = unique.flatMap((seed) =>
    settings.map((_, setting) => ({ run: `${name}-${setting + 1}-seed-${seed}`, setting, seed })),
  );
  return { settings, cells };
}
