import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import { type Ledger, readRun } from '../state/ledger.js';
import { type Beginning, type ExperimentRecord, MAIN, type Point } from '../state/records.js';
import { runNameOf } from '../state/runs.js';
import { type Change, changes } from './changes.js';
import { status } from './status.js';

/** What every entry of a history has. */
export interface EntryBase {
  readonly id: string;
  /** The entry that it follows; null for the first. */
  readonly parent: string | null;
  /** Branches whose history ends with it. */
  readonly branches: readonly string[];
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** An experiment begins. */
export interface BegunEntry extends EntryBase {
  readonly kind: 'begun';
  readonly beginning: Beginning;
  readonly point: Point;
  readonly tasks: readonly TaskName[];
  /** Settings that differ from those of the experiment it goes on from. */
  readonly changes: readonly Change[];
}

/** A task iteration has ended. */
export interface IterationEntry extends EntryBase {
  readonly kind: 'iteration';
  /** Task iterations that have ended with it: a point to branch from. */
  readonly iteration: number;
  readonly task: TaskName;
  readonly pathId: PathId;
  readonly quality: number | null;
  readonly score: number | null;
  readonly testAccuracy: number | null;
  readonly children: number;
  readonly retained: number;
}

/** An entry of a history: an experiment that began, or a task iteration that ended. */
export type LogEntry = BegunEntry | IterationEntry;

/** A branch, and how far it is. */
export interface LogBranch {
  readonly name: string;
  readonly finished: boolean;
  /** The task in progress, and how many of its generations are done; null when finished. */
  readonly task: TaskName | null;
  readonly generationsDone: number;
  readonly generations: number;
}

/** The history of a run: a tree. A branch is the way from the first entry to the branch's own. */
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

/** One branch's entries, from the first to its last. */
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
    entries.push({ ...begun(record, experiments[nth - 1]), parent: parent() });
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

function begun(
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
