import { expect, test } from 'vitest';
import type { ComparedModel, Comparison } from '../../views/compare.js';
import { wilson } from '../../views/interval.js';
import { comparisonPlot } from './comparison-plot.js';

const model = (correct: number): ComparedModel => {
  const test = { correct, total: 1000 };
  const sizes = {
    score: 1,
    accountedParameterCount: 1,
    parameterCount: 1,
    flops: 1,
    trainingFlops: 1,
  };
  return {
    pathId: 1,
    test,
    testAccuracy: correct / 1000,
    interval: wilson(test),
    difference: null,
    validationAccuracy: 1,
    ...sizes,
  };
};
const system = (name: string) => ({
  name,
  meanTestAccuracy: 1,
  systemParameterCount: 1,
  trainingFlops: 1,
});

test('draws each model at its accuracy, with its name', () => {
  const comparison: Comparison = {
    systems: [system('one'), system('a<b')],
    tasks: [
      { task: 'mnist', models: [model(900), model(950)] },
      { task: 'digits', models: [model(800), null] },
    ],
  };
  const svg = comparisonPlot(comparison);
  const at = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(at).toHaveLength(3);
  // Three points on a line: positions are proportional to accuracies.
  const [first = 0, second = 0, third = 0] = at;
  expect((second - first) / (first - third)).toBeCloseTo(0.5, 2);
  expect(svg).toContain('a&#60;b');
  expect(svg).not.toContain('a<b');
  expect(svg).toContain('95.00 %');
  const nothing = comparisonPlot({ systems: [system('one')], tasks: [] });
  expect(nothing).toContain('</svg>');
});
