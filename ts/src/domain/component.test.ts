import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TINY } from '../../../tests/support/systems.js';
import { type Architecture, architectureOf } from './architecture.js';
import { componentNames, countParameters, sameShape } from './component.js';

function named(name: string): Architecture {
  const architecture = architectureOf(name);
  if (!architecture) throw new Error(`${name} is no architecture`);
  return architecture;
}

/** Counts all parameters of a model without adapters. */
function modelParameters(
  architecture: Architecture,
  num_layers: number,
  ds_image_size: number,
  num_classes: number,
): number {
  return componentNames({ num_layers, adapter_layers: [] })
    .map((name) =>
      countParameters(name, architecture, { ds_image_size, num_classes, adapter_dim: 32 }),
    )
    .reduce((a, b) => a + b, 0);
}

describe('parameterCount', () => {
  // method.md §7, params_ref: root models with a head of two classes.
  test.each([
    ['Ti/16', 3, 32, 1_484_162],
    ['B/16', 12, 32, 85_652_738],
    ['L/16', 24, 224, 303_303_682],
  ])('%s with %i layers at %i px has the published number', (name, layers, size, published) => {
    expect(modelParameters(named(name), layers, size, 2)).toBe(published);
  });

  // Exact counts of the published ImageNet-1k checkpoints; rounded in Dosovitskiy et al. 2021,
  // table 1.
  test.each([
    ['B/16', 12, 86_567_656],
    ['L/16', 24, 304_326_632],
  ])('%s has the known number for ImageNet-1k at 224 px', (name, layers, parameters) => {
    expect(modelParameters(named(name), layers, 224, 1000)).toBe(parameters);
  });

  test('counts every array of a component', () => {
    const facts = { ds_image_size: 9, num_classes: 5, adapter_dim: 3 };
    const count = (name: Parameters<typeof countParameters>[0]) =>
      countParameters(name, TINY, facts);
    expect(count('embedding')).toBe(4 * 4 * 3 * 8 + 8);
    expect(count('cls')).toBe(8);
    expect(count('posembed_input')).toBe((2 * 2 + 1) * 8);
    expect(count('encoder_norm')).toBe(8 + 8);
    expect(count('head')).toBe(8 * 5 + 5);
    expect(count('residual_adapter_11')).toBe(8 + 8 + (8 * 3 + 3) + (3 * 8 + 8));
    const attention = 3 * (8 * 8 + 8) + (8 * 8 + 8);
    const mlp = 8 * 16 + 16 + (16 * 8 + 8);
    expect(count('encoderblock_0')).toBe(2 * (8 + 8) + attention + mlp);
  });
});

describe('componentNames', () => {
  test('returns the names of method §1 in the order of the forward pass', () => {
    expect(componentNames({ num_layers: 2, adapter_layers: [1] })).toEqual([
      'embedding',
      'cls',
      'posembed_input',
      'encoderblock_0',
      'residual_adapter_1',
      'encoderblock_1',
      'encoder_norm',
      'head',
    ]);
    expect(componentNames({ num_layers: 0, adapter_layers: [] })).toEqual([
      'embedding',
      'cls',
      'posembed_input',
      'encoder_norm',
      'head',
    ]);
  });

  test('every layer has a block, and its adapter comes just before the block', () => {
    const property = fc.property(
      fc.nat({ max: 24 }),
      fc.subarray(Array.from({ length: 24 }, (_, layer) => layer)),
      (num_layers, adapter_layers) => {
        const names = componentNames({ num_layers, adapter_layers });
        const present = adapter_layers.filter((layer) => layer < num_layers);
        expect(new Set(names).size).toBe(5 + num_layers + present.length);
        expect(names).toHaveLength(5 + num_layers + present.length);
        for (let layer = 0; layer < num_layers; layer++) {
          const before = names[names.indexOf(`encoderblock_${layer}`) - 1];
          expect(before === `residual_adapter_${layer}`).toBe(present.includes(layer));
        }
      },
    );
    fc.assert(property, { seed: 1, numRuns: 50 });
  });
});

describe('sameShape', () => {
  const facts = { ds_image_size: 16, num_classes: 2, adapter_dim: 4 };

  test.each([
    ['posembed_input', { ds_image_size: 19 }, true],
    ['posembed_input', { ds_image_size: 20 }, false],
    ['residual_adapter_0', { adapter_dim: 8 }, false],
    ['residual_adapter_0', { ds_image_size: 32 }, true],
    ['head', { num_classes: 3 }, false],
    ['encoderblock_0', { ds_image_size: 32, num_classes: 3, adapter_dim: 8 }, true],
  ] as const)('%s with %o', (name, change, same) => {
    expect(sameShape(name, TINY, facts, { ...facts, ...change })).toBe(same);
  });
});

describe('architectureOf', () => {
  test('reads size and patch', () => {
    expect(architectureOf('Ti/16')).toEqual({
      patchSize: 16,
      hiddenSize: 192,
      mlpDim: 768,
      numHeads: 3,
      depth: 12,
    });
    expect(architectureOf('S/32')).toMatchObject({ patchSize: 32, hiddenSize: 384 });
  });

  test.each(['', 'L', 'L/0', 'L/016', 'XL/16', 'l/16', 'L/16 ', 'toString/16'])(
    '%o is none',
    (name) => expect(architectureOf(name)).toBeUndefined(),
  );
});
