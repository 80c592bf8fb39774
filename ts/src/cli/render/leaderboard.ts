import type { Leaderboard, LeaderboardRow } from '../../index.js';
import { metric, percent, quality } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import type { Screen } from '../shell/screen.js';
import { tableLines } from './table.js';

/** Formats the lineage of a model, from the root to its task: `root → mnist → digits`. */
function lineageOf({ lineage, task }: LeaderboardRow): string {
  return [...lineage].reverse().concat(task).join(' → ');
}

/** Formats a leaderboard, with the totals of the system below. */
export function leaderboardLines(board: Leaderboard, screen: Screen): readonly string[] {
  const { bold, dim, width } = screen;
  if (board.rows.length === 0) return [dim('no task is finished yet')];
  const lines = tableLines(
    [
      { title: 'task' },
      { title: 'test', numeric: true },
      { title: 'baseline', numeric: true, leaves: 4.5 },
      { title: 'validation', numeric: true, leaves: 4 },
      { title: 'score', numeric: true, leaves: 2 },
      { title: 'accounted', numeric: true, leaves: 1 },
      { title: 'total', numeric: true, leaves: 5 },
      { title: 'shared', numeric: true, leaves: 6 },
      { title: 'path', numeric: true, leaves: 3 },
      { title: 'lineage', flexible: true },
    ],
    board.rows.map((row) => [
      row.isPrivate ? `${row.task} (private)` : row.task,
      bold(percent(row.testAccuracy)),
      percent(baselineOf(row)),
      percent(row.validationAccuracy),
      quality(row.score),
      metric(row.accountedParameterCount),
      metric(row.parameterCount),
      percent(row.sharedFraction, 1),
      String(row.pathId),
      lineageOf(row),
    ]),
    screen,
  );
  const mean = `mean test accuracy ${percent(board.meanTestAccuracy)}`;
  const size = `${metric(board.systemParameterCount)} parameters in the whole system`;
  return [...lines, '', ...wrapText(`${mean}, ${size}`, width), ...warningLines(board, screen)];
}

/** The better of the two baselines. */
function baselineOf({ majorityAccuracy, probeAccuracy }: LeaderboardRow): number | null {
  return majorityAccuracy === null || probeAccuracy === null
    ? null
    : Math.max(majorityAccuracy, probeAccuracy);
}

/** Warns of models that may only guess, or that are not worth their training. */
function warningLines({ rows }: Leaderboard, { yellow, width }: Screen): readonly string[] {
  return rows.flatMap((row) => {
    const worse = shortfallOf(row);
    if (worse === null) return [];
    const what = `the model of ${row.task} is not better than ${worse}`;
    const advice = 'train it longer, or from a root that knows images like these';
    return wrapText(`${what}, within the interval of its test: ${advice}`, width).map(yellow);
  });
}

/** The strongest thing that a model does not beat; null if it beats all. */
function shortfallOf(row: LeaderboardRow): string | null {
  if (row.isBetterThanChance === false) return `guessing (${percent(row.chance, 1)})`;
  if (row.isBetterThanBaseline !== false) return null;
  const accuracy = baselineOf(row);
  return accuracy === row.majorityAccuracy
    ? `its most frequent class (${percent(accuracy, 1)})`
    : `a linear classifier on the root's features (${percent(accuracy, 1)})`;
}
