import type { Leaderboard, LeaderboardRow } from '../../index.js';
import { metric, percent, quality } from '../../text/format.js';
import { table } from '../../text/table.js';
import type { Colors } from '../shell/output.js';

/** Formats the lineage of a model, from the root to its task: `root → mnist → digits`. */
function lineageOf({ lineage, task }: LeaderboardRow): string {
  return [...lineage].reverse().concat(task).join(' → ');
}

/** Formats a leaderboard, with the totals of the system below. */
export function leaderboardLines(board: Leaderboard, { bold, dim }: Colors): readonly string[] {
  if (board.rows.length === 0) return [dim('no task is finished yet')];
  const [titles = '', ...rows] = table(
    [
      { title: 'task' },
      { title: 'test', numeric: true },
      { title: 'validation', numeric: true },
      { title: 'score', numeric: true },
      { title: 'accounted', numeric: true },
      { title: 'total', numeric: true },
      { title: 'shared', numeric: true },
      { title: 'path', numeric: true },
      { title: 'lineage' },
    ],
    board.rows.map((row) => [
      row.isPrivate ? `${row.task} (private)` : row.task,
      bold(percent(row.testAccuracy)),
      percent(row.validationAccuracy),
      quality(row.score),
      metric(row.accountedParameterCount),
      metric(row.parameterCount),
      percent(row.sharedFraction, 1),
      String(row.pathId),
      lineageOf(row),
    ]),
  );
  const mean = `mean test accuracy ${percent(board.meanTestAccuracy)}`;
  const size = `${metric(board.systemParameterCount)} parameters in the whole system`;
  return [dim(titles), ...rows, '', `${mean}, ${size}`];
}
