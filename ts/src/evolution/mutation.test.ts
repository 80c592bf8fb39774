import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { addProbability, expectToFit, tally } from '../../../tests/support/statistics.js';
import { DEFAULTS, methodOf } from '../../../tests/support/systems.js';
import type { MutationRanges } from '../domain/hyperparameters.js';
import {
  mutateData,
  learnedProbability,
  mutateAdapters,
  mutateHyperparameters,
  mutateDataOfBest,
  fixedProbability,
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

  test.each(cases)(
    `from %d: one place, fair coin, clamped ${claim('mutation-steps')}`,
    (value, probabilities) => {
      const coin = stream('step', String(value));
      expectToFit(
        tally(10_000, () => step(value, range, coin)),
        probabilities,
      );
    },
  );

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
      addProbability(probabilities, `${mu} 0.01`, probability * (1 - mu));
      addProbability(probabilities, `${mu} 0.001`, (probability * mu) / 2);
      addProbability(probabilities, `${mu} 0.1`, (probability * mu) / 2);
    }
    probabilities.delete('0 0.001');
    probabilities.delete('0 0.1');
    const coin = stream('mu');
    const draw = () => {
      const { _mu_, opt_lr } = mutateHyperparameters(parent, methodOf({ ranges }), coin);
      return `${_mu_} ${opt_lr}`;
    };
    expectToFit(tally(40_000, draw), probabilities);
  });

  test(`each name moves on its own, whatever the order of the ranges ${claim('mutation-steps')}`, () => {
    const ranges: MutationRanges = { opt_nesterov: [false, true], num_layers: [1, 2, 3, 4] };
    const reversed: MutationRanges = { num_layers: [1, 2, 3, 4], opt_nesterov: [false, true] };
    const probabilities = new Map<string, number>();
    for (const [layers, a] of [
      [2, 0.1],
      [3, 0.8],
      [4, 0.1],
    ] as const) {
      addProbability(probabilities, `${layers} true`, a * 0.1);
      addProbability(probabilities, `${layers} false`, a * 0.9);
    }
    const draws = (given: MutationRanges) => {
      const coin = stream('independent');
      return tally(30_000, () => {
        const { num_layers, opt_nesterov } = mutateHyperparameters(
          DEFAULTS,
          methodOf({ ranges: given }),
          coin,
        );
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
    const values = { ...DEFAULTS, _mu_: 1 };
    expect(mutateHyperparameters(values, methodOf({ ranges }), stream('ds'))).toEqual(values);
  });

  test('µ 0 moves nothing, µ 1 everything that is not clamped', () => {
    const ranges: MutationRanges = { adapter_dim: [2, 4, 8], opt_momentum: [null, 0.9, 0.99] };
    for (let nth = 0; nth < 50; nth++) {
      const still = mutateHyperparameters(
        { ...DEFAULTS, _mu_: 0 },
        methodOf({ ranges }),
        stream('still', `${nth}`),
      );
      expect(still).toEqual({ ...DEFAULTS, _mu_: 0 });
      const moved = mutateHyperparameters(
        { ...DEFAULTS, _mu_: 1 },
        methodOf({ ranges }),
        stream('moved', `${nth}`),
      );
      expect([2, 8]).toContain(moved.adapter_dim);
      expect([null, 0.99]).toContain(moved.opt_momentum);
    }
  });
});

describe('mutateAdapters', () => {
  const values = { ...DEFAULTS, _mu_: 0.3, num_layers: 4, adapter_layers: [1] };
  const outcomes = (adaptersRemovable: boolean) => {
    const method = methodOf({ adaptersMutate: true, adaptersRemovable });
    const coin = stream('adapters');
    return tally(30_000, () => mutateAdapters(values, method, coin).adapter_layers.join());
  };

  test('each layer without an adapter gains one with probability µ; none is removed', () => {
    const probabilities = new Map<string, number>();
    for (const layers of [[], [0], [2], [3], [0, 2], [0, 3], [2, 3], [0, 2, 3]]) {
      const outcome = [...layers, 1].sort((a, b) => a - b).join();
      addProbability(probabilities, outcome, 0.3 ** layers.length * 0.7 ** (3 - layers.length));
    }
    expectToFit(outcomes(false), probabilities);
  });

  test('where they are removable, each is lost with probability µ', () => {
    const probabilities = new Map<string, number>();
    for (let set = 0; set < 16; set++) {
      const layers = [0, 1, 2, 3].filter((layer) => set & (1 << layer));
      const changed = layers.filter((layer) => layer !== 1).length + (layers.includes(1) ? 0 : 1);
      addProbability(probabilities, layers.join(), 0.3 ** changed * 0.7 ** (4 - changed));
    }
    expectToFit(outcomes(true), probabilities);
  });

  test('without mutation the present ones stay, and those of layers that are gone are dropped', () => {
    const some = { ...DEFAULTS, _mu_: 1, num_layers: 2, adapter_layers: [1, 2, 5] };
    const layers = (num_layers: number, adaptersMutate: boolean) =>
      mutateAdapters({ ...some, num_layers }, methodOf({ adaptersMutate }), stream('off'))
        .adapter_layers;
    expect(layers(2, false)).toEqual([1]);
    expect(layers(0, true)).toEqual([]);
  });
});

describe('learned probabilities', () => {
  const action = 'clone:cls' as const;
  const range = [0.1, 0.2, 0.4];

  test.each([
    ['µ while nothing is learned', undefined, 0.2],
    ['what was learned', 0.4, 0.4],
    ['what was learned, at the end of the range', 0.1, 0.1],
  ])(
    `start from %s, move with µ, then decide ${claim('learned-mutation')}`,
    (name, start, from) => {
      const values = { ...DEFAULTS, _mu_: 0.3, [`_mu_|${action}`]: start };
      // Only where nothing is learned does µ itself have to be in the range.
      const mu = start === undefined ? 0.2 : 0.3;
      const probabilities = new Map<string, number>();
      const at = range.indexOf(from);
      for (const [to, probability] of [
        [from, 1 - mu],
        [range[Math.max(0, at - 1)] ?? 0, mu / 2],
        [range[Math.min(2, at + 1)] ?? 0, mu / 2],
      ] as const) {
        addProbability(probabilities, `${to} true`, probability * to);
        addProbability(probabilities, `${to} false`, probability * (1 - to));
      }
      const coin = stream('learned', name);
      const draw = () => {
        const { taken, values: after } = learnedProbability(
          { ...values, _mu_: mu },
          action,
          { _mu_: range },
          coin,
        );
        expect(after).toEqual({ ...values, _mu_: mu, [`_mu_|${action}`]: after[`_mu_|${action}`] });
        return `${after[`_mu_|${action}`]} ${taken}`;
      };
      expectToFit(tally(20_000, draw), probabilities);
    },
  );

  test('without a range for µ nothing is learned', () => {
    const coin = stream('unlearned');
    const draw = () => {
      const { taken, values } = learnedProbability(DEFAULTS, action, {}, coin);
      expect(values).toBe(DEFAULTS);
      return taken;
    };
    const probabilities = new Map([
      [true, 0.2],
      [false, 0.8],
    ]);
    expectToFit(tally(10_000, draw), probabilities);
  });

  test(`of each hyperparameter its own; µ moves by its own, and then holds for the rest ${claim('learned-mutation')}`, () => {
    const ranges: MutationRanges = { opt_lr: [0.001, 0.01, 0.1], _mu_: [0, 0.5, 1] };
    const parent = { ...DEFAULTS, _mu_: 0.5, '_mu_|hp:opt_lr': 1 };
    const method = methodOf({ name: 'mu2net+', ranges });
    const probabilities = new Map<string, number>();
    // Its own probability of moving: ½, or with ½ one step to 0 or 1.
    for (const [ofMu, a] of [
      [0, 0.25],
      [0.5, 0.5],
      [1, 0.25],
    ] as const) {
      for (const [mu, b] of [
        [0.5, 1 - ofMu],
        [0, ofMu / 2],
        [1, ofMu / 2],
      ] as const) {
        // From 1, with the moved µ, one step down or clamped.
        for (const [ofLr, c] of [
          [1, 1 - mu / 2],
          [0.5, mu / 2],
        ] as const) {
          for (const [lr, d] of [
            [0.01, 1 - ofLr],
            [0.001, ofLr / 2],
            [0.1, ofLr / 2],
          ] as const) {
            if (a * b * c * d > 0) addProbability(probabilities, `${ofMu} ${mu} ${ofLr} ${lr}`, a * b * c * d);
          }
        }
      }
    }
    const coin = stream('own');
    const draw = () => {
      const child = mutateHyperparameters(parent, method, coin);
      const [ofMu, ofLr] = [child['_mu_|hp:_mu_'], child['_mu_|hp:opt_lr']];
      return `${ofMu} ${child._mu_} ${ofLr} ${child.opt_lr}`;
    };
    expectToFit(tally(40_000, draw), probabilities);
  });

  test('of an adapter there is one for adding it and one for removing it', () => {
    const ranges = { _mu_: [0, 0.2, 1] };
    const rules = { ranges, adaptersMutate: true, adaptersRemovable: true };
    const start = { ...DEFAULTS, num_layers: 2, adapter_layers: [1] };
    const child = mutateAdapters(
      { ...start, '_mu_|add:residual_adapter_0': 1, '_mu_|remove:residual_adapter_1': 0 },
      methodOf({ name: 'mu2net+', ...rules }),
      { ...stream('none'), chance: (probability) => probability === 1 },
    );
    expect(child).toEqual({
      ...start,
      adapter_layers: [0, 1],
      '_mu_|add:residual_adapter_0': 1,
      '_mu_|remove:residual_adapter_1': 0,
    });
  });
});

describe.each([
  ['mu2net', mutateData, fixedProbability],
  ['mu2net+', mutateDataOfBest, learnedProbability],
] as const)('the data hyperparameters of %s', (name, data, mutation) => {
  const ranges: MutationRanges = {
    ds_image_size: [8, 16, 32],
    ds_area_range_min: [0.05, 0.5, 1],
    opt_lr: [0.001, 0.01, 0.1],
  };
  const choice = { defaults: DEFAULTS, best: null, ranges, mutation };

  test(`the best path gives the values and the defaults give µ ${claim('data-hyperparameters')}`, () => {
    const defaults = { ...DEFAULTS, _mu_: 0.5 };
    const best = { ...DEFAULTS, _mu_: 0, ds_image_size: 8, ds_hue_delta: 0.1 };
    const coin = stream('best');
    const draw = () => {
      const { ds_image_size, ds_hue_delta } = data({ ...choice, defaults, best }, coin);
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

  test(`without a best path the defaults move, or stay, independently ${claim('data-hyperparameters')}`, () => {
    const coin = stream('defaults');
    const mu = name === 'mu2net' ? 0.2 : 0;
    const draw = () => {
      const values = data(choice, coin);
      return `${values.ds_image_size} ${values.ds_area_range_min}`;
    };
    const probabilities = new Map<string, number>();
    for (const [size, a] of [
      [8, mu / 2],
      [16, 1 - mu],
      [32, mu / 2],
    ] as const) {
      addProbability(probabilities, `${size} 0.05`, a * (1 - mu / 2));
      addProbability(probabilities, `${size} 0.5`, a * (mu / 2));
    }
    for (const [outcome, probability] of probabilities) {
      if (probability === 0) probabilities.delete(outcome);
    }
    expectToFit(tally(30_000, draw), probabilities);
  });

  test('there are the data hyperparameters and nothing else', () => {
    const values = data({ ...choice, defaults: { ...DEFAULTS, _mu_: 1 } }, stream('names'));
    expect(Object.keys(values)).toEqual(
      Object.keys(DEFAULTS).filter((name) => name.startsWith('ds_')),
    );
  });

  test('what is learned of them is the best path’s, and passed on', () => {
    const learnt = { '_mu_|hp:ds_image_size': 1, '_mu_|hp:opt_lr': 1 };
    const best = { ...DEFAULTS, ...learnt };
    const values = data({ ...choice, best }, stream('passed on'));
    const probability = values['_mu_|hp:ds_image_size'];
    expect(probability).toBe(1);
    expect(values['_mu_|hp:opt_lr']).toBeUndefined();
    // µ2Net knows no probability but µ; µ2Net+ surely moves what it has learned to move.
    const sizes = tally(50, (nth) => data({ ...choice, best }, stream(`${nth}`)).ds_image_size);
    expect(sizes.has(16)).toBe(name === 'mu2net');
  });
});
