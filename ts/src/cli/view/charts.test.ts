import { expect, it } from 'vitest';
import { bar, sparkline } from './charts.js';

it('draws low values low and high values high', () => {
  expect(sparkline([0.5, 0.75, 1], 0.5, 1)).toBe('▁▅█');
  expect(sparkline([0.2, 2], 0.5, 1)).toBe('▁█');
  expect(sparkline([0.7, 0.7], 0.7, 0.7)).toBe('▁▁');
  expect(sparkline([], Infinity, -Infinity)).toBe('');
});

it('splits a bar at its fraction', () => {
  expect(bar(0.5, 4)).toEqual(['━━', '──']);
  expect(bar(0, 3)).toEqual(['', '───']);
  expect(bar(1.2, 3)).toEqual(['━━━', '']);
});
