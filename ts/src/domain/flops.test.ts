import { describe, expect, test } from 'vitest';
import { architectureOf } from './architecture.js';
import { componentNames } from './component.js';
import { forwardFlops, trainFlops } from './flops.js';

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
  test('of B/16 at 224 px are the 17.6 billion multiply-adds that are commonly quoted', () => {
    expect(forward / 2 / 1e9).toBeGreaterThan(17.4);
    expect(forward / 2 / 1e9).toBeLessThan(17.7);
  });

  test('of an adapter are its two matrix products', () => {
    expect(forwardFlops('residual_adapter_0', architecture, facts)).toBe(2 * 2 * 197 * 768 * 32);
  });
});

describe('trainFlops', () => {
  const head = forwardFlops('head', architecture, facts);
  const embedding = forwardFlops('embedding', architecture, facts);
  const block = forwardFlops('encoderblock_0', architecture, facts);

  test('nothing trains: the forward pass alone', () => {
    expect(train(() => false)).toBe(forward);
  });

  test('only the head trains: no gradient flows below it', () => {
    expect(train((name) => name === 'head')).toBe(forward + head);
  });

  test('all train: thrice the forward pass, less the gradient of the image', () => {
    expect(train(() => true)).toBe(3 * forward - embedding);
  });

  test('from one block on, gradients flow through all that follows', () => {
    const expected = forward + block + 3 * block + head;
    expect(train((name) => name === 'encoderblock_8')).toBe(expected);
  });
});
