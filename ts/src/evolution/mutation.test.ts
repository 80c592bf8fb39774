import { describe, expect, test } from 'vitest';
import { add, expectToFit, tally } from '../../../tests/support/statistics.js';
import { DEFAULTS } from '../../../tests/support/systems.js';
import type { MutationRanges } from '../domain/hyperparameters.js';
import {
  drawDataHyperparameters,
  mutateAdapters,
  mutateHyperparameters,
  step,
} from './mutation.js';
import { streamsOf } from './streams.js';

const stream = (...name: string[]) => streamsOf(21).stream('mutation', ...name);

describe('step', () => {
  const range = [1, 2, 5, 10];
  const cases: readonly [number, ReadonlyMap<number, number>][] = [
    [
      1,
      new Map([
        [1, 0.5],
        [2, 0.5],
      ]),
    ],
    [
      2,
      new Map([
        [1, 0.5],
        [5, 0.5],
      ]),
    ],
    [
      5,
      new Map([
        [2, 0.5],
        [10, 0.5],
      ]),
    ],
    [
      10,
      new Map([
        [5, 0.5],
        [10, 0.5],
      ]),
    ],
  ];

  test.each(cases)('from %d: one place, fair coin, clamped', (value, probabilities) => {
    const coin = stream('step', String(value));
    expectToFit(
      tally(10_000, () => step(value, range, coin)),
      probabilities,
    );
  });

  test('moves through null and false as through any value', () => {
    const coin = stream('null');
    expect(tally(200, () => step<number | null>(null, [null, 0.5], coin)).size).toBe(2);
    expect(tally(200, () => step(false, [false, true], coin)).size).toBe(2);
    expect(step('only', ['only'], coin)).toBe('only');
  });

  test('a value outside its range is refused', () => {
    expect(() => step(3, range, stream())).toThrow('3 is not in its range [1, 2, 5, 10]');
  });
});

describe('mutateHyperparameters', () => {
  test('µ moves first, and its moved value decides for those after it', () => {
    const ranges: MutationRanges = { opt_lr: [0.001, 0.01, 0.1], _mu_: [0, 0.4, 0.8] };
    const parent = { ...DEFAULTS, _mu_: 0.4 };
    const probabilities = new Map<string, number>();
    for (const [mu, probability] of [
      [0, 0.2],
      [0.4, 0.6],
      [0.8, 0.2],
    ] as const) {
      add(probabilities, `${mu} 0.01`, probability * (1 - mu));
      add(probabilities, `${mu} 0.001`, (probability * mu) / 2);
      add(probabilities, `${mu} 0.1`, (probability * mu) / 2);
    }
    probabilities.delete('0 0.001');
    probabilities.delete('0 0.1');
    const coin = stream('mu');
    const draw = () => {
      const { _mu_, opt_lr } = mutateHyperparameters(parent, ranges, coin);
      return `${_mu_} ${opt_lr}`;
    };
    expectToFit(tally(40_000, draw), probabilities);
  });

  test('each name moves on its own, whatever the order of the ranges', () => {
    const ranges: MutationRanges = { opt_nesterov: [false, true], num_layers: [1, 2, 3, 4] };
    const reversed: MutationRanges = { num_layers: [1, 2, 3, 4], opt_nesterov: [false, true] };
    const probabilities = new Map<string, number>();
    for (const [layers, a] of [
      [2, 0.1],
      [3, 0.8],
      [4, 0.1],
    ] as const) {
      add(probabilities, `${layers} true`, a * 0.1);
      add(probabilities, `${layers} false`, a * 0.9);
    }
    const draws = (given: MutationRanges) => {
      const coin = stream('independent');
      return tally(30_000, () => {
        const { num_layers, opt_nesterov } = mutateHyperparameters(DEFAULTS, given, coin);
        return `${num_layers} ${opt_nesterov}`;
      });
    };
    expectToFit(draws(ranges), probabilities);
    expect(draws(reversed)).toEqual(draws(ranges));
  });

  test('data hyperparameters and names without a range stay as the generation has them', () => {
    const ranges: MutationRanges = {
      ds_image_size: [8, 16, 32],
      ds_flip_left_right: [false, true],
    };
    expect(mutateHyperparameters({ ...DEFAULTS, _mu_: 1 }, ranges, stream('ds'))).toEqual({
      ...DEFAULTS,
      _mu_: 1,
    });
  });

  test('µ 0 moves nothing, µ 1 everything that is not clamped', () => {
    const ranges: MutationRanges = { adapter_dim: [2, 4, 8], opt_momentum: [null, 0.9, 0.99] };
    for (let nth = 0; nth < 50; nth++) {
      const still = mutateHyperparameters(
        { ...DEFAULTS, _mu_: 0 },
        ranges,
        stream('still', `${nth}`),
      );
      expect(still).toEqual({ ...DEFAULTS, _mu_: 0 });
      const moved = mutateHyperparameters(
        { ...DEFAULTS, _mu_: 1 },
        ranges,
        stream('moved', `${nth}`),
      );
      expect([2, 8]).toContain(moved.adapter_dim);
      expect([null, 0.99]).toContain(moved.opt_momentum);
    }
  });
});

describe('mutateAdapters', () => {
  test('each layer without an adapter gains one with probability µ; none is ever removed', () => {
    const values = { _mu_: 0.3, num_layers: 4, adapter_layers: [1] };
    const probabilities = new Map<string, number>();
    for (const layers of [[], [0], [2], [3], [0, 2], [0, 3], [2, 3], [0, 2, 3]]) {
      const outcome = [...layers, 1].sort((a, b) => a - b).join();
      add(probabilities, outcome, 0.3 ** layers.length * 0.7 ** (3 - layers.length));
    }
    const coin = stream('adapters');
    expectToFit(
      tally(30_000, () => mutateAdapters(values, true, coin).join()),
      probabilities,
    );
  });

  test('without mutation the present ones stay, and those of layers that are gone are dropped', () => {
    const values = { _mu_: 1, num_layers: 2, adapter_layers: [1, 2, 5] };
    expect(mutateAdapters(values, false, stream('off'))).toEqual([1]);
    expect(mutateAdapters({ ...values, num_layers: 0 }, true, stream('none'))).toEqual([]);
  });
});

describe('drawDataHyperparameters', () => {
  const ranges: MutationRanges = {
    ds_image_size: [8, 16, 32],
    ds_area_range_min: [0.05, 0.5, 1],
    opt_lr: [0.001, 0.01, 0.1],
  };

  test('the best path gives the values and the defaults give µ', () => {
    const defaults = { ...DEFAULTS, _mu_: 0.5 };
    const best = { ...DEFAULTS, _mu_: 0, ds_image_size: 8, ds_hue_delta: 0.1 };
    const coin = stream('best');
    const draw = () => {
      const { ds_image_size, ds_hue_delta } = drawDataHyperparameters(defaults, best, ranges, coin);
      return `${ds_image_size} ${ds_hue_delta}`;
    };
    expectToFit(
      tally(10_000, draw),
      new Map([
        ['8 0.1', 0.75],
        ['16 0.1', 0.25],
      ]),
    );
  });

  test('without a best path the defaults move, independently', () => {
    const coin = stream('defaults');
    const draw = () => {
      const values = drawDataHyperparameters(DEFAULTS, null, ranges, coin);
      return `${values.ds_image_size} ${values.ds_area_range_min}`;
    };
    const probabilities = new Map<string, number>();
    for (const [size, a] of [
      [8, 0.1],
      [16, 0.8],
      [32, 0.1],
    ] as const) {
      add(probabilities, `${size} 0.05`, a * 0.9);
      add(probabilities, `${size} 0.5`, a * 0.1);
    }
    expectToFit(tally(30_000, draw), probabilities);
  });

  test('has the data hyperparameters and nothing else', () => {
    const values = drawDataHyperparameters({ ...DEFAULTS, _mu_: 1 }, null, ranges, stream('names'));
    expect(Object.keys(values)).toEqual(
      Object.keys(DEFAULTS).filter((name) => name.startsWith('ds_')),
    );
  });
});
