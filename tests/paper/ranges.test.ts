import { describe, expect, test } from 'vitest';
import { AUTO_TUNE, type AutoTune, publishedRanges } from '../../ts/src/config/ranges.js';
import type {
  Hyperparameters,
  MutationRanges,
  TunableName,
} from '../../ts/src/domain/hyperparameters.js';
import { streamsOf } from '../../ts/src/evolution/index.js';
import { mutateHyperparameters } from '../../ts/src/evolution/mutation.js';
import { addProbability, expectToFit, tally } from '../support/statistics.js';
import { DEFAULTS, methodOf } from '../support/systems.js';
import { claim } from './claims.js';

const LAYERS = 3;
const start: Hyperparameters = { ...DEFAULTS, num_layers: LAYERS, adapter_dim: 32 };

type Distribution = ReadonlyMap<unknown, number>;

/** Values of a range after one step from one of them, by the rule of method §4. */
function stepDistribution(value: unknown, range: readonly unknown[]): Distribution {
  const at = range.indexOf(value);
  const to = new Map<unknown, number>();
  addProbability(to, range[Math.max(0, at - 1)], 0.5);
  addProbability(to, range[Math.min(range.length - 1, at + 1)], 0.5);
  return to;
}

/** Mixes distributions: each value of `over` makes one of its own. */
function mixture(over: Distribution, of: (value: unknown) => Distribution): Distribution {
  const mixed = new Map<unknown, number>();
  for (const [value, a] of over) for (const [to, b] of of(value)) addProbability(mixed, to, a * b);
  return mixed;
}

/** A value that takes a step with some probability. */
function moveDistribution(value: unknown, range: readonly unknown[], probability: number): Distribution {
  return mixture(
    new Map([
      [true, probability],
      [false, 1 - probability],
    ]),
    (steps) => (steps ? stepDistribution(value, range) : new Map([[value, 1]])),
  );
}

/**
 * The distribution of one hyperparameter of a child, µ moved before it. With what µ2Net+ learns, an
 * action's probability starts at µ and takes a step of its own with probability µ.
 */
function exactDistribution(name: TunableName, ranges: MutationRanges, learns: boolean): Distribution {
  const rangeOfMu = ranges._mu_ ?? [];
  const considered = (key: TunableName, mu: number): Distribution => {
    const probabilities = learns ? moveDistribution(mu, rangeOfMu, mu) : new Map([[mu, 1]]);
    return mixture(probabilities, (probability) =>
      moveDistribution(start[key], ranges[key] ?? [], probability as number),
    );
  };
  const mu = ranges._mu_ ? considered('_mu_', start._mu_) : new Map([[start._mu_, 1]]);
  return name === '_mu_' ? mu : mixture(mu, (value) => considered(name, value as number));
}

const isChildName = (name: string) => !name.startsWith('ds_');

describe.each(Object.keys(AUTO_TUNE) as AutoTune[])('the published ranges %s', (autoTune) => {
  const name = autoTune.startsWith('plus') ? 'mu2net+' : 'mu2net';
  const ranges = publishedRanges(autoTune, LAYERS);
  const names = (Object.keys(ranges) as TunableName[]).filter(isChildName);
  const coin = streamsOf(41).stream('ranges', autoTune);
  const children = Array.from({ length: 4000 }, () =>
    mutateHyperparameters(start, methodOf({ name, ranges }), coin),
  );

  test(`are drawn from as often as the rule says ${claim('mutation-steps')}`, () => {
    expect(names.length).toBeGreaterThan(3);
    for (const each of names) {
      const counts = tally<unknown>(children.length, (nth) => children[nth]?.[each]);
      expectToFit(counts, exactDistribution(each, ranges, name === 'mu2net+'));
    }
  });
});
