import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../../tests/support/systems.js';
import { architectureOf } from './architecture.js';
import { componentNames } from './component.js';
import { forwardFlops, structureOf, trainFlops } from './flops.js';
import type { Hyperparameters } from './hyperparameters.js';

const architecture = architectureOf('B/16');
if (!architecture) throw new Error('B/16 is an architecture');
const facts = { ds_image_size: 224, num_classes: 1000, adapter_dim: 32 };
const names = componentNames({ num_layers: 12, adapter_layers: [] });
const forward = names
  .map((name) => forwardFlops(name, architecture, facts))
  .reduce((a, b) => a + b, 0);
const train = (trainable: (name: string) => boolean) =>
  trainFlops(
    names.map((name) => ({ name, trainable: trainable(name) })),
    architecture,
    facts,
  );

describe('forwardFlops', () => {
  test('gives B/16 at 224 px the known 17.6 billion multiply-adds', () => {
    expect(forward / 2 / 1e9).toBeGreaterThan(17.4);
    expect(forward / 2 / 1e9).toBeLessThan(17.7);
  });

  // Counts of jax 0.10.2; py/tests/engine/test_flops.py compares them with the installed jax.
  test.each<readonly [string, number, number, number, readonly number[]]>([
    ['Ti/16', 32, 10, 32, [1180416, 0, 960, 132965, 4498855, 1345, 3850]],
    ['Ti/16', 48, 10, 16, [2655936, 0, 1920, 141610, 9036710, 1345, 3850]],
    ['L/16', 384, 1000, 32, [906559488, 0, 590848, 81112928, 15939926016, 7169, 2049000]],
  ])('agrees with XLA on each component of %s at %i px', (...each) => {
    const [size, ds_image_size, num_classes, adapter_dim, counts] = each;
    const shapes = { ds_image_size, num_classes, adapter_dim };
    const of = architectureOf(size);
    const whole = componentNames({ num_layers: 1, adapter_layers: [0] });
    const ours = whole.map((name) => of && forwardFlops(name, of, shapes));
    // XLA's counts are in single precision.
    expect(ours.map((count) => Math.fround(count ?? 0))).toEqual(counts);
  });
});

test('a structure names everything that its operations depend on', () => {
  const same = (a: Partial<Hyperparameters>, b: Partial<Hyperparameters>) =>
    structureOf({ ...DEFAULTS, ...a }) === structureOf({ ...DEFAULTS, ...b });
  expect(same({}, { opt_lr: 0.5, adapter_dim: 99 })).toBe(true);
  expect(same({ adapter_layers: [0] }, { adapter_layers: [2] })).toBe(true);
  expect(same({ adapter_layers: [0] }, { adapter_layers: [0], adapter_dim: 99 })).toBe(false);
  expect(same({ adapter_layers: [0] }, {})).toBe(false);
  for (const other of [{ num_layers: 1 }, { num_classes: 99 }, { ds_image_size: 99 }]) {
    expect(same({}, other)).toBe(false);
  }
});

describe('trainFlops', () => {
  const head = forwardFlops('head', architecture, facts);
  const embedding = forwardFlops('embedding', architecture, facts);
  const block = forwardFlops('encoderblock_0', architecture, facts);

  test('without trainable components counts only the forward pass', () => {
    expect(train(() => false)).toBe(forward);
  });

  test('with a trainable head counts no gradient below it', () => {
    expect(train((name) => name === 'head')).toBe(forward + head);
  });

  test('with all trainable counts three forward passes minus the gradient of the image', () => {
    expect(train(() => true)).toBe(3 * forward - embedding);
  });

  test('with one trainable block counts gradients through all later components', () => {
    const norm = forwardFlops('encoder_norm', architecture, facts);
    const expected = forward + block + 3 * block + norm + head;
    expect(train((name) => name === 'encoderblock_8')).toBe(expected);
  });
});
