import { describe, expect, it } from 'vitest';
import { defaultSplits } from './default-splits.js';

describe('defaultSplits', () => {
  it.each([
    [['train', 'validation', 'test'], 'train', 'validation', 'test'],
    [['test', 'val', 'train'], 'train', 'val', 'test'],
    [['train', 'test'], 'train[5%:]', 'train[:5%]', 'test'],
    [['train', 'validation'], 'train[5%:]', 'validation', 'train[:5%]'],
    [['train'], 'train[10%:]', 'train[5%:10%]', 'train[:5%]'],
    [['all'], 'all[:80%]', 'all[80%:90%]', 'all[90%:]'],
  ])('cuts %j', (baseSplits, train, validation, test) => {
    expect(defaultSplits(baseSplits)).toEqual({ train, validation, test });
  });

  it('returns nothing where there is nothing to train on', () => {
    expect(defaultSplits(['test'])).toBeUndefined();
  });
});
