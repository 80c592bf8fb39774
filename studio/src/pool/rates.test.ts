import { expect, it } from 'vitest';
import { addSample, ratesOf, type UsageSample } from './rates.js';

const sample = (at: number, requests: number, seconds: number): UsageSample => ({
  at,
  usage: [{ name: 'ada', requests, seconds }],
});

it('rates follow from the differences of what was used', () => {
  const rates = ratesOf([sample(0, 10, 100), sample(10_000, 12, 115), sample(30_000, 20, 160)]);
  expect(rates.get('ada')).toEqual({ requestsPerMinute: 20, workers: 2 });
});

it('a rate needs two samples, and is never below 0 after a new start', () => {
  expect(ratesOf([sample(0, 1, 1)]).size).toBe(0);
  const restarted = ratesOf([sample(0, 10, 100), sample(60_000, 1, 30)]);
  expect(restarted.get('ada')).toEqual({ requestsPerMinute: 1, workers: 0.5 });
});

it('samples older than a minute are forgotten', () => {
  const samples = [0, 30_000, 61_000].reduce<readonly UsageSample[]>(
    (all, at) => addSample(all, sample(at, 0, 0)),
    [],
  );
  expect(samples.map(({ at }) => at)).toEqual([30_000, 61_000]);
});
