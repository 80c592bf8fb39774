import { catalogueTasks } from '../../catalogue/index.js';
import { listRuns, openRun, type Run } from '../../index.js';
import { runsFolderOf } from '../shell/globals.js';
import type { Names, Typed } from './candidates.js';

/** Runs whose branches are listed; reading a record takes some milliseconds. */
const MOST_RUNS = 20;

/** The names in the records of this machine, and in the catalogue. */
export const recordedNames: Names = {
  runs(typed) {
    return quietly(() => listRuns({ folder: folderOf(typed) })).flatMap((run, nth) =>
      nth < MOST_RUNS ? namesOf(run) : [run.name],
    );
  },
  branches(typed) {
    return quietly(() => namedRun(typed).branches()).map(({ branchName }) => branchName);
  },
  learnedTasks(typed) {
    return quietly(() => namedRun(typed).leaderboard().rows).map(({ task }) => task);
  },
  catalogueTasks() {
    return catalogueTasks().map(({ name }) => name);
  },
};

function namesOf(run: Run): readonly string[] {
  const branches = quietly(() => run.branches());
  return branches.length > 0 ? branches.map(({ name }) => name) : [run.name];
}

function folderOf({ options }: Typed): string {
  const runs = options.get('--runs');
  return runsFolderOf(runs === undefined ? {} : { runs });
}

/** Commands whose first operand is the run; others name it with --run. */
const RUN_FIRST: ReadonlySet<string> = new Set(['branch', 'adopt', 'drop']);

/** Opens the run that the words name, or else the latest. */
function namedRun(typed: Typed): Run {
  const { command, operands, options } = typed;
  const first = RUN_FIRST.has(command[0] ?? '') ? operands[0] : undefined;
  return openRun(options.get('--run') ?? first, { folder: folderOf(typed) });
}

/** Reads names; returns none where they cannot be read, because completion must not disturb. */
function quietly<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
