import { drawDifferences } from '../../pictures/comparison/differences.js';
import { drawLines } from '../../pictures/comparison/lines.js';
import type { Sheet } from '../../pictures/frame.js';
import { metric, plural } from '../../text/format.js';
import { ARMS, type Arm, type ArmSummary, type Difference } from './comparison.js';

/** The results that the figures are drawn from. */
export interface FigureSource {
  readonly arms: readonly ArmSummary[];
  /** Evolution minus each baseline. */
  readonly differences: readonly Difference[];
}

const NAMES = Object.keys(ARMS) as Arm[];
const colourOf = (arm: Arm) => NAMES.indexOf(arm) + 1;
const common = { colours: NAMES.length } as const;

/** Draws the figures of the page by the names of their files; those without data are left out. */
export function drawClaim({ arms, differences }: FigureSource): ReadonlyMap<string, Sheet> {
  const sheets: [string, Sheet][] = [];
  if (differences.length > 0) sheets.push(['differences', differencesSheet(differences)]);
  if (arms.length > 0) sheets.push(['size', sizeSheet(arms)], ['added', addedSheet(arms)]);
  return new Map(sheets);
}

function differencesSheet(differences: readonly Difference[]): Sheet {
  return drawDifferences({
    ...common,
    title: 'Evolution minus baselines',
    subtitle:
      'Test accuracy in percentage points: the mean, its 95 % interval, and faint the mean of each task',
    sides: ['the baseline is better', 'evolution is better'],
    rows: differences.map(({ budget, minus, mean }) => ({
      name: ARMS[minus],
      note: `budget ×${budget}, ${plural(mean.seeds, 'seed')}, ${plural(mean.tasks, 'task')}`,
      value: 100 * mean.value,
      interval: mean.interval && [100 * mean.interval[0], 100 * mean.interval[1]],
      parts: mean.byTask.map((value) => 100 * value),
      colour: colourOf(minus),
    })),
  });
}

function sizeSheet(arms: readonly ArmSummary[]): Sheet {
  const lines = NAMES.flatMap((arm) => {
    const own = arms.filter((each) => each.arm === arm);
    if (own.length === 0) return [];
    const points = own.map(({ budget, accuracy, systemParameterCount }) => {
      return { x: systemParameterCount, y: accuracy.value, label: `×${budget}` };
    });
    return [{ name: ARMS[arm], points, colour: colourOf(arm) }];
  });
  const figures = arms.map(
    ({ arm, budget, accuracy, systemParameterCount }) =>
      `${ARMS[arm]} at budget ×${budget}: ${percentOf(accuracy.value)}, ${metric(systemParameterCount)} parameters.`,
  );
  return drawLines({
    ...common,
    title: 'Accuracy and size',
    subtitle: 'Mean test accuracy over the parameters of the whole system, at each budget',
    description: figures.join(' '),
    lines,
    x: { title: 'parameters of all models together', write: megas, from: 0 },
    y: { title: 'mean test accuracy', write: percentOf },
  });
}

function addedSheet(arms: readonly ArmSummary[]): Sheet {
  const least = Math.min(...arms.map(({ budget }) => budget));
  const own = arms.filter(({ budget }) => budget === least);
  const lines = own.map(({ arm, added }) => ({
    name: ARMS[arm],
    points: added.map((count, nth) => ({ x: nth + 1, y: count })),
    colour: colourOf(arm),
  }));
  return drawLines({
    ...common,
    title: 'Parameters that each task adds',
    subtitle: `At budget ×${least}, mean over seeds, while the system grows`,
    description: own
      .map(({ arm, added }) => `${ARMS[arm]}: ${added.map((count) => metric(count)).join(', ')}.`)
      .join(' '),
    lines,
    x: { title: 'task, in the order of learning', write: String },
    y: { title: 'added parameters', write: megas, from: 0 },
  });
}

const percentOf = (value: number) => `${(100 * value).toFixed(1)} %`;
const megas = (value: number) => (value === 0 ? '0' : `${(value / 1e6).toFixed(1)} M`);
