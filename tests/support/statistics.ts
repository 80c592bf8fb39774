import { expect } from 'vitest';

/**
 * Upper critical value of the chi-square distribution at significance 10^-6 (Wilson and Hilferty
 * 1931). Seeds are fixed, so a passing test keeps passing; the level only says how surprising a
 * failure is.
 */
function criticalValue(degreesOfFreedom: number): number {
  const normalQuantile = 4.7534;
  const spread = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - spread + normalQuantile * Math.sqrt(spread)) ** 3;
}

/** Counts how often each outcome is drawn. */
export function tally<T>(draws: number, draw: (nth: number) => T): Map<T, number> {
  const counts = new Map<T, number>();
  for (let nth = 0; nth < draws; nth++) {
    const outcome = draw(nth);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

/** Adds to the probability of an outcome. */
export function addProbability<T>(probabilities: Map<T, number>, outcome: T, probability: number): void {
  probabilities.set(outcome, (probabilities.get(outcome) ?? 0) + probability);
}

/**
 * Expects counts to fit exact probabilities by Pearson's chi-square test: impossible outcomes never
 * happen, certain ones always do, and cells that expect fewer than five draws are pooled.
 */
export function expectToFit<T>(
  counts: ReadonlyMap<T, number>,
  probabilities: ReadonlyMap<T, number>,
): void {
  expect([...probabilities.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  for (const outcome of counts.keys()) {
    expect(probabilities.get(outcome) ?? 0, `probability of ${String(outcome)}`).toBeGreaterThan(0);
  }
  const draws = [...counts.values()].reduce((a, b) => a + b, 0);
  const cells: { observed: number; expected: number }[] = [];
  const pool = { observed: 0, expected: 0 };
  for (const [outcome, probability] of probabilities) {
    const cell = { observed: counts.get(outcome) ?? 0, expected: probability * draws };
    if (cell.expected >= 5) cells.push(cell);
    else {
      pool.observed += cell.observed;
      pool.expected += cell.expected;
    }
  }
  if (pool.expected > 0) cells.push(pool);
  const statistic = cells
    .map(({ observed, expected }) => (observed - expected) ** 2 / expected)
    .reduce((a, b) => a + b, 0);
  if (cells.length > 1) expect(statistic).toBeLessThan(criticalValue(cells.length - 1));
}
