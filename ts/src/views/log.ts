import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import { type Ledger, readRun } from '../state/record/ledger.js';
import {
  type Beginning,
  type ExperimentRecord,
  MAIN,
  type Point,
} from '../state/record/records.js';
import { runNameOf } from '../state/runs.js';
import { type Change, changes } from './changes.js';
import { status } from './status.js';

/** Fields of every entry of a history. */
export interface EntryBase {
  readonly id: string;
  /** The entry before it; null for the first. */
  readonly parent: string | null;
  /** Branches whose last entry it is. */
  readonly branches: readonly string[];
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** The start of an experiment. */
export interface BegunEntry extends EntryBase {
  readonly kind: 'begun';
  readonly beginning: Beginning;
  readonly point: Point;
  readonly tasks: readonly TaskName[];
  /** Settings that differ from those of the experiment before it. */
  readonly changes: readonly Change[];
}

/** The end of a task iteration. */
export interface IterationEntry extends EntryBase {
  readonly kind: 'iteration';
  /** Number of task iterations that have ended, this one included: a point to branch from. */
  readonly iteration: number;
  readonly task: TaskName;
  readonly pathId: PathId;
  readonly quality: number | null;
  readonly score: number | null;
  readonly testAccuracy: number | null;
  readonly children: number;
  readonly retained: number;
}

/** An entry of a history: the start of an experiment, or the end of a task iteration. */
export type LogEntry = BegunEntry | IterationEntry;

/** A branch and its progress. */
export interface LogBranch {
  readonly name: string;
  readonly finished: boolean;
  /** The task in progress, and the number of its finished generations; null when all are trained. */
  readonly task: TaskName | null;
  readonly generationsDone: number;
  readonly generations: number;
}

/**
 * The history of a run: a tree. A branch is the path from the first entry to the branch's last one.
 */
export interface Log {
  readonly run: string;
  readonly branches: readonly LogBranch[];
  /** Each entry comes after its parent. */
  readonly entries: readonly LogEntry[];
}

/** Reads the history of the run in a directory, with all its branches. */
export function logOf(directory: string): Log {
  const main = { directory, branch: MAIN };
  const names = readRun(main, (ledger) => ledger.branches()).map(({ name }) => name);
  const entries = new Map<string, LogEntry>();
  const branches = names.map((name) =>
    readRun({ directory, branch: name }, (ledger): LogBranch => {
      const history = historyOf(ledger);
      for (const [at, entry] of history.entries()) {
        const known = entries.get(entry.id) ?? entry;
        const ends = at === history.length - 1;
        entries.set(entry.id, ends ? { ...known, branches: [...known.branches, name] } : known);
      }
      const { finished, task, generationsDone, generations } = status(ledger, name);
      return { name, finished, task, generationsDone, generations };
    }),
  );
  return { run: runNameOf(main), branches, entries: [...entries.values()] };
}

/** Returns the entries of one branch, from first to last. */
function historyOf(ledger: Ledger): readonly LogEntry[] {
  const experiments = ledger.experiments();
  const iterations = ledger.iterations();
  const paths = new Map(ledger.paths().map((path) => [path.id, path]));
  const counts = new Map(ledger.iterationCounts().map((each) => [each.iteration, each]));
  const tests = new Map(
    ledger
      .evaluations()
      .filter(({ split }) => split === 'test')
      .map(({ pathId, correct, total }) => [pathId, correct / total]),
  );
  const entries: LogEntry[] = [];
  const parent = () => entries.at(-1)?.id ?? null;
  for (const [nth, record] of experiments.entries()) {
    entries.push({ ...beginningEntry(record, experiments[nth - 1]), parent: parent() });
    const next = experiments[nth + 1]?.point.iteration;
    for (const { id, task, bestPathId, endedAt } of iterations.slice(
      record.point.iteration,
      next,
    )) {
      const path = paths.get(bestPathId);
      entries.push({
        kind: 'iteration',
        id: `${record.id}/${id}`,
        parent: parent(),
        branches: [],
        time: endedAt,
        iteration: id + 1,
        task,
        pathId: bestPathId,
        quality: path?.quality ?? null,
        score: path?.score ?? null,
        testAccuracy: tests.get(bestPathId) ?? null,
        children: counts.get(id)?.children ?? 0,
        retained: counts.get(id)?.retained ?? 0,
      });
    }
  }
  return entries;
}

function beginningEntry(
  { id, beginning, point, experiment, createdAt }: ExperimentRecord,
  base: ExperimentRecord | undefined,
): Omit<BegunEntry, 'parent'> {
  return {
    kind: 'begun',
    id: String(id),
    branches: [],
    time: createdAt,
    beginning,
    point,
    tasks: experiment.tasks.map(({ name }) => name),
    changes: base ? settingChanges(base.experiment, experiment) : [],
  };
}

/** Compares the settings of two experiments, except name and `continueFrom`. */
export function settingChanges(before: Experiment, after: Experiment): readonly Change[] {
  const settings = ({ name, continueFrom, tasks, ...rest }: Experiment) => ({
    ...rest,
    tasks: tasks.map((task) => task.name),
  });
  return changes(settings(before), settings(after));
}
