import pc from 'picocolors';
import { expect, it } from 'vitest';
import { leaderboardLines } from './leaderboard.js';

const row = {
  pathId: 1,
  isPrivate: false,
  testAccuracy: 0.4,
  chance: 1 / 3,
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
