import { Mu2NetError } from '../../domain/errors.js';
import type { TaskName } from '../../domain/task.js';
import type { Ledger } from '../../state/record/ledger.js';
import { type Leaderboard, type LeaderboardRow, leaderboard } from '../../views/leaderboard.js';
import { type PictureRow, pictureOf, type SystemPicture } from '../../views/picture.js';
import { report } from '../../views/report.js';
import { show } from '../../views/show.js';
import type { TaskDocument, TaskShare } from '../documents/task.js';

/**
 * Reads a task, its model, and what that shares.
 * @throws Mu2NetError TASK_UNKNOWN
 */
export function taskDocumentOf(ledger: Ledger, run: string, name: TaskName): TaskDocument {
  const tasks = ledger.tasks();
  const task = tasks.find((each) => each.name === name);
  if (!task) {
    const known = tasks.map((each) => each.name).join(', ');
    throw new Mu2NetError('TASK_UNKNOWN', `${run} has no task '${name}'; it has ${known}`, {
      run,
      task: name,
    });
  }
  const board = leaderboard(ledger, run);
  const row = board.rows.find((each) => each.task === name);
  const { isPrivate, source, splits, facts, classNames } = task;
  return {
    run,
    task: name,
    isPrivate,
    source: source.kind,
    splits,
    examples: facts.examples,
    numClasses: facts.numClasses,
    classNames: classNames ?? null,
    model: row ? modelOf(ledger, board, row) : null,
  };
}

function modelOf(ledger: Ledger, board: Leaderboard, row: LeaderboardRow): TaskDocument['model'] {
  const { run } = board;
  const results = report(ledger, run, board).rows.find(({ task }) => task === row.task);
  return {
    row,
    shown: show(ledger, row.task),
    shares: sharesOf(pictureOf(ledger, run, board), row.task),
    published: results?.published ?? [],
  };
}

/** Returns with which other tasks the model of a task shares components, most first. */
function sharesOf({ rows }: SystemPicture, task: TaskName): readonly TaskShare[] {
  const own = rows.find((row) => row.task === task);
  if (!own) return [];
  const sizes = new Map(own.cells.flatMap((cell) => (cell ? [[cell.component, cell]] : [])));
  return rows
    .flatMap((row): readonly TaskShare[] => {
      if (row.task === null || row === own) return [];
      const parameterCount = row.cells.reduce(
        (sum, cell) => sum + (cell && sizes.has(cell.component) ? cell.parameterCount : 0),
        0,
      );
      if (parameterCount === 0) return [];
      const ofThis = fraction(parameterCount, own);
      return [{ task: row.task, parameterCount, ofThis, ofOther: fraction(parameterCount, row) }];
    })
    .sort((a, b) => b.parameterCount - a.parameterCount);
}

function fraction(part: number, { parameterCount }: PictureRow): number {
  return parameterCount === 0 ? 0 : part / parameterCount;
}
