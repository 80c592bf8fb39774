import { describe, expect, it } from 'vitest';
import { ROOT, systemOf } from '../../../../tests/support/systems.js';
import type { Hyperparameters } from '../../domain/hyperparameters.js';
import type { ChildRow } from '../children.js';
import type { Leaderboard } from '../leaderboard.js';
import { systemPicture } from '../picture.js';
import { addedParametersOf } from './added-parameters.js';
import { hyperparametersHistory } from './hyperparameter-history.js';
import { learnedMutation } from './learned-mutation.js';
import { lineageOf } from './lineage.js';
import { qualitiesOf } from './qualities.js';
import { sharingOf } from './sharing.js';
import { spansOf } from './spans.js';

// Task c grew from a's model and shares its first block.
const system = systemOf([
  ROOT,
  { id: 1, task: 'a', parent: 0, newComponents: ['encoderblock_0', 'head'] },
  { id: 2, task: 'b', parent: 0, newComponents: ['head'] },
  { id: 3, task: 'c', parent: 1, newComponents: ['head'] },
]);
const tasks = new Map([...system.paths.values()].map(({ id, task }) => [id, task]));
const board = {
  run: 'a-run',
  rows: [1, 2, 3].map((pathId) => ({ pathId, testAccuracy: pathId / 4 })),
  meanTestAccuracy: 0.5,
  systemParameterCount: 100,
} as unknown as Leaderboard;
const picture = systemPicture(board, system, tasks);
const sizeOf = (id: string) => system.components.get(id)?.parameterCount ?? 0;

describe('what pictures show of models', () => {
  it('has each model after the one that it grew from', () => {
    const nodes = lineageOf(picture).map(({ task, depth, descendants }) => [
      task,
      depth,
      descendants,
    ]);
    expect(nodes).toEqual([
      [null, 0, 3],
      ['a', 1, 1],
      ['c', 2, 0],
      ['b', 1, 0],
    ]);
  });

  it('counts only the parameters that were trained for a task', () => {
    const added = addedParametersOf(picture).map((each) => [each.task, each.added]);
    expect(added).toEqual([
      ['a', sizeOf('1/encoderblock_0') + sizeOf('1/head')],
      ['b', sizeOf('2/head')],
      ['c', sizeOf('3/head')],
    ]);
  });

  it('measures sharing by parameters, all of them with itself', () => {
    const { shares } = sharingOf(picture);
    const whole = picture.rows[1]?.parameterCount ?? 1;
    expect(shares.map((row, nth) => row[nth])).toEqual([1, 1, 1]);
    expect(shares[0]?.[2]).toBeCloseTo(1 - sizeOf('1/head') / whole, 10);
    expect(shares[0]?.[1]).toBeCloseTo(
      1 - (sizeOf('1/head') + sizeOf('1/encoderblock_0')) / whole,
      10,
    );
  });
});

function child(iteration: number, generation: number, values: Partial<Hyperparameters>): ChildRow {
  return {
    iteration,
    generation,
    hyperparameters: { num_classes: iteration, opt_lr: 0.1, _mu_: 0.2, ...values },
  } as ChildRow;
}

describe('what pictures show of children', () => {
  it('draws many generations together, without losing a child', () => {
    const children = Array.from({ length: 1001 }, (_, nth) =>
      child(Math.floor(nth / 4), nth % 4, {}),
    );
    const spans = spansOf(children);
    expect(spans.length).toBeLessThanOrEqual(96);
    expect(spans.flatMap((span) => span.children)).toEqual(children);
    expect(spans.map(({ from }) => from)).toEqual([
      1,
      ...spans.slice(0, -1).map(({ to }) => to + 1),
    ]);
    expect(spans.at(-1)?.to).toBe(1001);
  });

  it('counts the values of hyperparameters that vary', () => {
    const history = hyperparametersHistory([
      child(0, 0, { opt_lr: 0.1, opt_momentum: 0.9 }),
      child(0, 0, { opt_lr: 0.02, opt_momentum: null }),
      child(1, 0, { opt_lr: 0.1, opt_momentum: null }),
    ]);
    // The number of classes belongs to the task.
    expect(history.hyperparameters).toEqual([
      {
        name: 'opt_lr',
        values: [0.02, 0.1],
        shares: [
          [0.5, 0],
          [0.5, 1],
        ],
      },
      {
        name: 'opt_momentum',
        values: ['none', 0.9],
        shares: [
          [0.5, 1],
          [0.5, 0],
        ],
      },
    ]);
  });

  it('averages the learned probability of each action where a child has it', () => {
    const { actions } = learnedMutation([
      child(0, 0, { '_mu_|clone:head': 0.1 }),
      child(0, 0, { '_mu_|clone:head': 0.3 }),
      child(1, 0, { _mu_: 0.4 }),
    ]);
    expect(actions).toEqual([
      { action: 'µ', means: [0.2, 0.4] },
      { action: 'clone:head', means: [0.2, null] },
    ]);
  });

  it('takes the best validation of a child', () => {
    const measured = { ...child(0, 0, {}), qualities: [0.2, 0.4, 0.3], retained: true };
    const [first, second] = qualitiesOf([measured, { ...measured, qualities: [] }]);
    expect([first?.quality, second?.quality]).toEqual([0.4, null]);
  });
});
