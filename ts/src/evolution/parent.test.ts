import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { addProbability, expectToFit, tally } from '../../../tests/support/statistics.js';
import { ROOT, systemOf } from '../../../tests/support/systems.js';
import { pathOf } from '../domain/system.js';
import { populationThenSeedPaths, populationThenUniform } from './parent.js';
import { type Stream, streamsOf } from './streams.js';

interface Case {
  readonly ranked: readonly number[];
  readonly seedPaths: readonly number[];
  readonly offspring: Readonly<Record<number, number>>;
}

/** Formats a parent, and the seed paths after its draw. */
const outcome = (parent: number, seedPaths: readonly number[]) => `${parent}: ${seedPaths.join()}`;

const RULES = { mu2net: populationThenSeedPaths, 'mu2net+': populationThenUniform };
type Rule = keyof typeof RULES;

/** Returns exact probabilities by enumerating all sequences of acceptances (method §3). */
function exact({ ranked, seedPaths, offspring }: Case, rule: Rule): Map<string, number> {
  const probabilities = new Map<string, number>();
  let reached = 1;
  const accept = (path: number) => 2 ** -(offspring[path] ?? 0);
  for (const path of ranked) {
    addProbability(probabilities, outcome(path, seedPaths), reached * accept(path));
    reached *= 1 - accept(path);
  }
  const visited = rule === 'mu2net' ? seedPaths : [];
  visited.forEach((path, at) => {
    const rotated = seedPaths.concat(seedPaths).slice(at + 1, at + 1 + seedPaths.length);
    addProbability(probabilities, outcome(path, rotated), reached * accept(path));
    reached *= 1 - accept(path);
  });
  const all = ranked.concat(seedPaths);
  for (const path of all)
    addProbability(probabilities, outcome(path, seedPaths), reached / all.length);
  return probabilities;
}

const system = systemOf([ROOT]);
const root = pathOf(system, 0);

function draw(rule: Rule, { ranked, seedPaths, offspring }: Case, stream: Stream) {
  const scored = ranked.map((id, at) => ({ path: { ...root, id }, score: -at }));
  const choice = { system, population: scored, seedPaths };
  return RULES[rule]({ ...choice, offspring: (path) => offspring[path] ?? 0 }, stream);
}

function expectExact(rule: Rule, each: Case, name: string | number, draws: number): void {
  const stream = streamsOf(11).stream('parent', name);
  const drawOutcome = () => {
    const { parentId, seedPaths } = draw(rule, each, stream);
    return outcome(parentId, seedPaths);
  };
  expectToFit(tally(draws, drawOutcome), exact(each, rule));
}

describe.each(['mu2net', 'mu2net+'] as const)('the parent in %s', (rule) => {
  const cases: Readonly<Record<string, Case>> = {
    'nothing but a fresh root': { ranked: [], seedPaths: [0], offspring: {} },
    'nothing but a tired root': { ranked: [], seedPaths: [0], offspring: { 0: 5 } },
    'a fresh best path': { ranked: [7, 4], seedPaths: [0, 1], offspring: { 4: 3 } },
    'a population with offspring': {
      ranked: [7, 4, 9],
      seedPaths: [0, 1],
      offspring: { 7: 2, 4: 1, 9: 1, 0: 1, 1: 3 },
    },
    'no population': { ranked: [], seedPaths: [3, 0, 5], offspring: { 3: 1, 0: 2, 5: 1 } },
    'no seed paths': { ranked: [2, 1], seedPaths: [], offspring: { 2: 1, 1: 2 } },
    'everyone is tired, so that the last rule decides': {
      ranked: [8, 6],
      seedPaths: [0, 1, 2],
      offspring: { 8: 9, 6: 9, 0: 9, 1: 9, 2: 9 },
    },
    'a fresh seed path behind tired ones': {
      ranked: [8],
      seedPaths: [0, 1, 2],
      offspring: { 8: 3, 0: 2, 1: 2 },
    },
  };

  test.each(Object.entries(cases))(`%s ${claim('parent-sampling')}`, (name, each) =>
    expectExact(rule, each, name, 20_000),
  );

  test(`for any population, seed paths and offspring ${claim('parent-sampling')}`, () => {
    const someCase = fc
      .uniqueArray(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 })
      .chain((paths) =>
        fc.record({
          split: fc.nat({ max: paths.length }),
          counts: fc.array(fc.nat({ max: 4 }), {
            minLength: paths.length,
            maxLength: paths.length,
          }),
          paths: fc.constant(paths),
        }),
      )
      .map(
        ({ paths, split, counts }): Case => ({
          ranked: paths.slice(0, split),
          seedPaths: paths.slice(split),
          offspring: Object.fromEntries(paths.map((path, at) => [path, counts[at] ?? 0])),
        }),
      );
    fc.assert(
      fc.property(someCase, (each) => expectExact(rule, each, JSON.stringify(each), 2000)),
      { seed: 2, numRuns: 40 },
    );
  });

  test('throws for a system without a path', () => {
    const nobody = { ranked: [], seedPaths: [], offspring: {} };
    expect(() => draw(rule, nobody, streamsOf(1).stream())).toThrow('no path');
  });
});
