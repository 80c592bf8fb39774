import { type CrossedMean, crossedMeanOf } from '../../views/crossed-mean.js';
import { meanOf } from '../../views/student.js';
import type { CellResult, TaskResult } from './results.js';

/** The grid that the comparison is planned for. */
export const PLAN = { seeds: [1, 2, 3, 4, 5], budgets: [1, 2, 4, 8] } as const;

/** The arms, with their names for people, in the order of tables and colours. */
export const ARMS = {
  mu2net: 'evolution (µ2Net)',
  'mu2net-plus': 'evolution (µ2Net+)',
  'finetune-tuned': 'fine-tune all (tuned)',
  'finetune-once': 'fine-tune all (once)',
  head: 'head alone',
} as const;
/** Name of an arm: its configuration in configs/scripts. */
export type Arm = keyof typeof ARMS;

/** Arms that the arms of evolution are compared with. */
export const BASELINES = ['finetune-tuned', 'finetune-once', 'head'] as const;

/** The runs of an arm at one budget. */
export interface ArmSummary {
  readonly arm: Arm;
  readonly budget: number;
  readonly cells: readonly CellResult[];
  /** Test accuracy, in [0, 1]. */
  readonly accuracy: CrossedMean;
  readonly systemParameterCount: number;
  readonly trainingFlops: number;
  /** Parameters that each task added, in the order of learning. */
  readonly added: readonly number[];
}

/** Accuracy of one arm minus that of another at one budget, on the seeds that both have. */
export interface Difference {
  readonly budget: number;
  readonly arm: Arm;
  readonly minus: Arm;
  readonly mean: CrossedMean;
}

/** Returns the summary of each arm at each budget that has a cell, in the order of tables. */
export function summarizeArms(results: readonly CellResult[]): readonly ArmSummary[] {
  return PLAN.budgets.flatMap((budget) =>
    (Object.keys(ARMS) as Arm[]).flatMap((arm): ArmSummary[] => {
      const cells = results.filter((each) => each.arm === arm && each.budget === budget);
      const [first] = cells;
      if (!first) return [];
      const meanIn = (valueIn: (cell: CellResult) => number) =>
        meanOf(cells.map(valueIn))?.value ?? 0;
      return [
        {
          ...{ arm, budget, cells },
          accuracy: crossedMeanOf(cells.map(accuraciesOf)),
          systemParameterCount: meanIn((cell) => cell.systemParameterCount),
          trainingFlops: meanIn((cell) => cell.trainingFlops),
          added: first.tasks.map((_, nth) => meanIn(({ tasks }) => tasks[nth]?.added ?? 0)),
        },
      ];
    }),
  );
}

/** Returns the difference of two arms at each budget with a common seed. */
export function differencesOf(
  results: readonly CellResult[],
  arm: Arm,
  minus: Arm,
): readonly Difference[] {
  return PLAN.budgets.flatMap((budget): Difference[] => {
    const table = PLAN.seeds.flatMap((seed) => {
      const [ours, theirs] = [arm, minus].map((name) =>
        results.find((each) => each.arm === name && each.seed === seed && each.budget === budget),
      );
      if (!ours || !theirs) return [];
      const other = new Map(theirs.tasks.map((each) => [each.task, accuracyOf(each)]));
      return [ours.tasks.map((each) => accuracyOf(each) - (other.get(each.task) ?? Number.NaN))];
    });
    return table.length === 0 ? [] : [{ budget, arm, minus, mean: crossedMeanOf(table) }];
  });
}

const accuracyOf = ({ correct, total }: TaskResult) => correct / total;
const accuraciesOf = ({ tasks }: CellResult) => tasks.map(accuracyOf);
