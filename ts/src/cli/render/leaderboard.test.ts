import pc from 'picocolors';
import { expect, it } from 'vitest';
import { leaderboardLines } from './leaderboard.js';

const row = {
  pathId: 1,
  isPrivate: false,
  testAccuracy: 0.4,
  chance: 1 / 3,
  majorityAccuracy: null,
  probeAccuracy: null,
  isBetterThanBaseline: null,
  validationAccuracy: 0.5,
  score: 0.5,
  accountedParameterCount: 10,
  parameterCount: 10,
  sharedFraction: 0,
  lineage: ['root'],
};

it('warns of a model that is not better than guessing, and of no other', () => {
  const rows = [
    { ...row, task: 'guesses', isBetterThanChance: false },
    { ...row, task: 'knows', isBetterThanChance: true },
    { ...row, task: 'untested', testAccuracy: null, isBetterThanChance: null },
  ];
  const board = { run: 'a', rows, meanTestAccuracy: 0.4, systemParameterCount: 30 };
  const lines = leaderboardLines(board, pc.createColors(false));
  const warnings = lines.filter((line) => line.includes('not better than guessing'));
  expect(warnings).toEqual([
    'the model of guesses is not better than guessing (33.3 %), within the interval of its test: train it longer, or from a root that knows images like these',
  ]);
});

it('warns of a model that does not beat its baselines, and names the better of them', () => {
  const known = { ...row, isBetterThanChance: true };
  const rows = [
    {
      ...known,
      task: 'a',
      majorityAccuracy: 0.2,
      probeAccuracy: 0.39,
      isBetterThanBaseline: false,
    },
    { ...known, task: 'b', majorityAccuracy: 0.5, probeAccuracy: 0.3, isBetterThanBaseline: false },
    { ...known, task: 'c', majorityAccuracy: 0.1, probeAccuracy: 0.2, isBetterThanBaseline: true },
  ];
  const board = { run: 'a', rows, meanTestAccuracy: 0.4, systemParameterCount: 30 };
  const lines = leaderboardLines(board, pc.createColors(false));
  const warnings = lines.filter((line) => line.startsWith('the model of'));
  expect(warnings.map((line) => line.split(', ')[0])).toEqual([
    "the model of a is not better than a linear classifier on the root's features (39.0 %)",
    'the model of b is not better than its most frequent class (50.0 %)',
  ]);
  expect(lines[0]).toContain('baseline');
  expect(lines[1]).toContain('39.00 %');
});
