import { describe, expect, it } from 'vitest';
import { examplesOf } from './slices.js';

describe('examplesOf', () => {
  const sizes = { train: 3_333, a: 10, b: 7, 'other/v1:test': 21 };

  it.each([
    ['train', 3_333],
    ['train[:50%]', 1_666], // 1666.5 goes to the even one
    ['train[50%:]', 1_667],
    ['train[5%:10%]', 333 - 167],
    ['train[100:300]', 200],
    ['train[-33:]', 33],
    ['train[-10%:]', 333],
    ['train[:5000]', 3_333],
    ['a[:50%]+b[:50%]', 5 + 4], // 3.5 goes to the even one
    ['a[10%:]+b', 9 + 7],
    ['other/v1:test', 21],
    ['other/v1:test[:10]', 10],
    ['a[5:5]', 0],
  ])('of %s is %i', (slice, examples) => {
    expect(examplesOf(slice, sizes)).toBe(examples);
  });

  it('makes whole splits of complementary slices', () => {
    for (let percent = 1; percent < 100; percent++) {
      const parts = `train[:${percent}%]+train[${percent}%:]`;
      expect(examplesOf(parts, sizes)).toBe(3_333);
    }
  });

  it.each(['', 'c', 'a[', 'a[1:2:3]', 'a[x:]'])('refuses %j', (slice) => {
    expect(() => examplesOf(slice, sizes)).toThrow('no base split');
  });
});
