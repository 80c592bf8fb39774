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
    ['fahsion_mnsit', ['mnist', 'kmnist', 'fashion_mnist'], 'fashion_mnist'],
    ['dgit', ['digits', 'dtd'], 'digits'],
  ])('offers what %s is most like', (given, names, nearest) => {
    expect(didYouMean(given, names)).toBe(`; did you mean '${nearest}'?`);
  });

  it.each([
    ['nosuch', ['quickstart']],
    ['nosuch', ['mnist', 'digits']],
    ['run', ['own']],
    ['nosuch', ['snatch', 'quickstart', 'nosy-hutch']],
    ['abcd', ['abxy']],
    ['cat', ['dog', 'cow']],
    ['', ['seed']],
    ['seed', []],
  ])('offers nothing for %j among %j', (given, names) => {
    expect(didYouMean(given, names)).toBe('');
  });
});
