import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.js';

describe('didYouMean', () => {
  it.each([
    ['minst', ['kmnist', 'mnist'], 'mnist'],
    ['quickstrat', ['quickstart', 'quickstart-2'], 'quickstart'],
    ['bench', ['private', 'benchmark'], 'benchmark'],
    ['clevr', ['mnist', 'clevr/count_all'], 'clevr/count_all'],
    ['optlr', ['opt_lr', 'opt_momentum'], 'opt_lr'],
    ['sede', ['root', 'seed'], 'seed'],
    ['batchsize', ['batchSize'], 'batchSize'],
  ])('offers what %s is most like', (given, names, nearest) => {
    expect(didYouMean(given, names)).toBe(`; did you mean '${nearest}'?`);
  });

  it.each([
    ['nosuch', ['quickstart']],
    ['nosuch', ['mnist', 'digits']],
    ['run', ['own']],
    ['', ['seed']],
    ['seed', []],
  ])('offers nothing for %j among %j', (given, names) => {
    expect(didYouMean(given, names)).toBe('');
  });
});
