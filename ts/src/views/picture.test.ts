import { describe, expect, it } from 'vitest';
import { ROOT, systemOf } from '../../../tests/support/systems.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Leaderboard } from './leaderboard.js';
import { pictureOfTask, systemPicture } from './picture.js';

// Path 2 of task b was superseded by path 3, which uses the block that path 2 trained.
const system = systemOf([
  ROOT,
  { id: 1, task: 'a', parent: 0, newComponents: ['encoderblock_0', 'head'] },
  {
    id: 2,
    task: 'b',
    parent: 1,
    newComponents: ['encoderblock_1'],
    hyperparameters: { adapter_layers: [1] },
  },
  { id: 3, task: 'b', parent: 2, newComponents: ['head'] },
  { id: 4, task: 'c', parent: 0, newComponents: ['head'], hyperparameters: { num_layers: 2 } },
]);
const tasks = new Map([...system.paths.values()].map(({ id, task }) => [id, task]));
const row = (task: string, pathId: number, testAccuracy: number | null) => ({
  task,
  pathId,
  testAccuracy,
  isPrivate: false,
  chance: 0.1,
  isBetterThanChance: testAccuracy === null ? null : true,
  majorityAccuracy: null,
  probeAccuracy: null,
  isBetterThanBaseline: null,
  validationAccuracy: 0.5,
  score: 0.5,
  accountedParameterCount: 1,
  parameterCount: 1,
  sharedFraction: 0,
  lineage: [],
});
const board: Leaderboard = {
  run: 'a-run',
  rows: [row('a', 1, 0.9), row('b', 3, 0.8), row('c', 4, null)],
  meanTestAccuracy: 0.85,
  systemParameterCount: 100,
};
const picture = systemPicture(board, system, tasks);
const ownersOf = (task: string | null) =>
  picture.rows
    .find((each) => each.task === task)
    ?.cells.map((cell) => (cell ? (cell.owner ?? 'root') : '-'));

describe('the picture of a system', () => {
  it('has a row per model and a column per component, in forward order', () => {
    expect(picture.rows.map(({ task }) => task)).toEqual([null, 'a', 'b', 'c']);
    expect(picture.columns).toEqual([
      'embedding',
      'cls',
      'posembed_input',
      'encoderblock_0',
      'residual_adapter_1',
      'encoderblock_1',
      'encoderblock_2',
      'encoder_norm',
      'head',
    ]);
  });

  it('names the task that trained a component, no matter which of its paths did', () => {
    const below = ['root', 'root', 'root'];
    expect(ownersOf(null)).toEqual([...below, 'root', '-', 'root', 'root', 'root', 'root']);
    expect(ownersOf('a')).toEqual([...below, 'a', '-', 'root', 'root', 'root', 'a']);
    expect(ownersOf('b')).toEqual([...below, 'a', 'b', 'b', 'root', 'root', 'b']);
    expect(ownersOf('c')).toEqual([...below, 'root', '-', 'root', '-', 'root', 'c']);
  });

  it("counts the parameters of each model's components", () => {
    for (const { cells, parameterCount } of picture.rows) {
      const sum = cells.reduce((total, cell) => total + (cell?.parameterCount ?? 0), 0);
      expect(sum).toBe(parameterCount);
    }
  });

  it('counts the models that use a component', () => {
    const usersOf = (task: string | null) =>
      picture.rows.find((each) => each.task === task)?.cells.map((cell) => cell?.users ?? '-');
    // Path 2 was superseded. All three models have the root's embedding, cls, position and norm.
    expect(usersOf('b')).toEqual([3, 3, 3, 2, 1, 1, 2, 3, 1]);
    expect(usersOf('a')).toEqual([3, 3, 3, 2, '-', 2, 2, 3, 1]);
  });

  it('sums up only the models that it keeps', () => {
    const [, a] = pictureOfTask(picture, 'a').rows;
    const part = pictureOfTask(picture, 'a');
    expect(part).toMatchObject({ meanTestAccuracy: 0.9, systemParameterCount: a?.parameterCount });
  });

  it('keeps only a task, its ancestors, and the owners of its components', () => {
    const kept = (task: string) => pictureOfTask(picture, task).rows.map((each) => each.task);
    expect(kept('a')).toEqual([null, 'a']);
    expect(kept('b')).toEqual([null, 'a', 'b']);
    expect(kept('c')).toEqual([null, 'c']);
    expect(() => pictureOfTask(picture, 'd')).toThrow(Mu2NetError);
  });
});
