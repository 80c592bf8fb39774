import { showExperiment } from '../config/index.js';
import { runPage } from '../documents/run-page/run-page.js';
import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import { thisPackage } from '../installation/package.js';
import {
  drawPicture,
  PICTURE_KINDS,
  type PictureKind,
  type PictureSource,
  type RunPicture,
} from '../pictures/draw.js';
import type { Lineage } from '../records/lineage.js';
import type { RecordTable } from '../records/table.js';
import {
  readChildren,
  readLineage,
  readTables,
  type WriteChildrenOptions,
  type WriteRecordsOptions,
  writeChildren,
  writeRecords,
} from '../records/write-records.js';
import type { RunEvent } from '../run/events/events.js';
import { type WatchOptions, watchEvents } from '../run/events/watch.js';
import { type Ledger, readRun } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';
import { type Address, formatAddress, runNameOf } from '../state/runs.js';
import { type RunSize, sizeOfRun } from '../state/size.js';
import { type ChildRow, childrenOf } from '../views/children.js';
import { type Comparison, compare, measuresOf } from '../views/compare.js';
import { diff, diffSideOf, type SystemDifference } from '../views/diff.js';
import { environmentOf } from '../views/environment.js';
import { type Leaderboard, leaderboard } from '../views/leaderboard.js';
import { type Log, logOf } from '../views/log.js';
import { pictureOf, type SystemPicture } from '../views/picture.js';
import { type Report, report } from '../views/report.js';
import type { ChildSelection } from '../views/select-children.js';
import { type ShownPath, show } from '../views/show.js';
import { type Status, status } from '../views/status.js';
import { type FollowOptions, followRun, type RecordedEvent } from './follow.js';

/**
 * The readable half of a `Run`: everything that its record says. No method changes the run or needs
 * a worker.
 *
 * @example
 * const { rows } = openRun('quickstart').leaderboard();
 */
export class RecordedRun {
  /** The run directory. */
  readonly directory: string;
  /** The name of the branch; `main` by default. */
  readonly branchName: string;

  /** @internal */
  constructor({ directory, branch }: Address) {
    this.directory = directory;
    this.branchName = branch;
  }

  /**
   * The name of the run, or `run:branch`.
   *
   * @example
   * openRun('quickstart').name; // 'quickstart'
   */
  get name(): string {
    return runNameOf(this.#at);
  }

  /**
   * The address of the branch: the run directory, with `:branch` unless it is the main branch.
   * `openRun` and the setting `continueFrom` accept it.
   *
   * @example
   * const again = openRun(openRun('quickstart').address);
   */
  get address(): string {
    return formatAddress(this.#at);
  }

  /**
   * Returns the experiment that the branch follows, for example to continue it in another run.
   *
   * @example
   * const { seed, tasks } = openRun('quickstart').experiment();
   */
  experiment(): Experiment {
    return this.#read((ledger) => currentExperiment(ledger).experiment);
  }

  /**
   * Returns the progress of the run, and what it is doing: whether a process grows it and which,
   * or why none does.
   *
   * @example
   * const { state, childrenDone, children, holder, failure } = openRun('quickstart').status();
   */
  status(): Status {
    return this.#read((ledger) => status(ledger, this.name));
  }

  /**
   * Returns the sizes of the run directory, in bytes. All branches of the run share it.
   *
   * @throws Mu2NetError RUN_UNREADABLE
   *
   * @example
   * const { store, total } = openRun('quickstart').size();
   */
  size(): RunSize {
    return sizeOfRun(this.directory);
  }

  /**
   * Returns the model of each task: accuracy, size, shared parameters, lineage.
   *
   * @example
   * console.table(openRun('quickstart').leaderboard().rows);
   */
  leaderboard(): Leaderboard {
    return this.#read((ledger) => leaderboard(ledger, this.name));
  }

  /**
   * Returns the test accuracies beside those that the papers report.
   *
   * @example
   * const { rows } = openRun('quickstart').report();
   */
  report(): Report {
    return this.#read((ledger) => report(ledger, this.name));
  }

  /**
   * Returns the details of one path: its components, the tasks that share them, its lineage.
   *
   * @param which the name of a task, which stands for its best path, or the id of a retained path.
   * @throws Mu2NetError PATH_UNKNOWN
   *
   * @example
   * const { components, lineage } = openRun('quickstart').show('digits');
   */
  show(which: TaskName | PathId): ShownPath {
    return this.#read((ledger) => show(ledger, String(which)));
  }

  /**
   * Returns the data of a picture of the system: for each task's model, the owner of every
   * component.
   *
   * @example
   * const picture = openRun('quickstart').picture();
   * console.log(systemSvg(picture).length, picture.columns);
   */
  picture(): SystemPicture {
    return this.#read((ledger) => pictureOf(ledger, this.name));
  }

  /**
   * Draws a picture of the run: its data, the same as a table, and SVG. `pngOf` makes an image of it.
   *
   * @example
   * const lineage = openRun('quickstart').draw('lineage');
   * console.log(lineage.description, lineage.table.rows, lineage.svg({ theme: 'dark' }).length);
   */
  draw<K extends PictureKind = 'growth'>(kind = 'growth' as K): RunPicture<K> {
    return this.#read((ledger) => drawPicture(kind, sourceOf(ledger, this.name)));
  }

  /**
   * Writes the run as one HTML page that needs no other file: results, every picture with its table,
   * configuration, environment.
   *
   * @example
   * const html = openRun('quickstart').page();
   * console.log(html.length);
   */
  page(): string {
    return this.#read((ledger) => {
      const children = childrenOf(ledger);
      const source = { system: pictureOf(ledger, this.name), children };
      return runPage({
        status: status(ledger, this.name),
        board: leaderboard(ledger, this.name),
        report: report(ledger, this.name),
        children,
        pictures: PICTURE_KINDS.map((kind) => drawPicture(kind, source)),
        configuration: showExperiment(currentExperiment(ledger).experiment),
        sessions: environmentOf(ledger),
        version: thisPackage().version,
      });
    });
  }

  /**
   * Returns the children of the branch's history: parent, hyperparameters, components, learning
   * curve, score, seconds, worker, and why each was retained or not.
   *
   * @param selection which of them, and in which order; by default all, oldest first.
   *
   * @example
   * const [best] = openRun('quickstart').children({ task: 'digits', sort: 'quality', limit: 1 });
   */
  children(selection: ChildSelection = {}): readonly ChildRow[] {
    return readChildren(this.#at, selection);
  }

  /**
   * Returns everything that the record of the branch says, as tables: children, learning curves,
   * components, models, tasks, history, settings, workers.
   *
   * @example
   * for (const { name, rows } of openRun('quickstart').records()) console.log(name, rows.length);
   */
  records(): readonly RecordTable[] {
    return readTables(this.#at);
  }

  /**
   * Returns the models and components of the branch as a graph: who descends from whom, who uses
   * what, and what was copied from what.
   *
   * @example
   * const { nodes, edges } = openRun('quickstart').lineage();
   */
  lineage(): Lineage {
    return readLineage(this.#at);
  }

  /**
   * Writes what the record says for other tools: as tables, as a graph, or as runs of TensorBoard,
   * Weights & Biases or MLflow.
   *
   * @returns the paths of the files, or of the folder where a tool arranges its files itself.
   * @throws Mu2NetError PYTHON_MISSING when a format needs a package that is not installed; the
   *   message says how to install it.
   *
   * @example
   * const files = await openRun('quickstart').writeRecords({ format: 'csv', out: 'tables' });
   */
  writeRecords(options: WriteRecordsOptions): Promise<readonly string[]> {
    return writeRecords(this.#at, options);
  }

  /**
   * Writes the table of the selected children to one file.
   *
   * @throws Mu2NetError PYTHON_MISSING when Parquet is asked for and pyarrow is not installed.
   *
   * @example
   * await openRun('quickstart').writeChildren({ format: 'csv', out: 'children.csv' });
   */
  writeChildren(options: WriteChildrenOptions): Promise<void> {
    return writeChildren(this.#at, options);
  }

  /**
   * Returns the history of the whole run as a tree, with all its branches.
   *
   * @example
   * const kinds = openRun('quickstart').log().entries.map(({ kind }) => kind);
   */
  log(): Log {
    return logOf(this.directory);
  }

  /**
   * Returns the changes from this system to another one: settings, models, components.
   *
   * @example
   * const run = openRun('quickstart');
   * const wide = await run.branch('wide', { set: { seed: 7 } });
   * console.log(run.diff(wide).settings); // [{ key: 'seed', before: …, after: 7 }]
   */
  diff(other: RecordedRun): SystemDifference {
    const sideOf = (run: RecordedRun) => run.#read((ledger) => diffSideOf(ledger, run.name));
    return diff(sideOf(this), sideOf(other));
  }

  /**
   * Compares this system with others, task by task: quality with confidence intervals, size,
   * compute. This system is the first one of the result.
   *
   * @example
   * const run = openRun('quickstart');
   * const { systems, tasks } = run.compareWith(...run.branches());
   */
  compareWith(...others: readonly RecordedRun[]): Comparison {
    return compare([this, ...others].map((run) => run.#read((each) => measuresOf(each, run.name))));
  }

  /**
   * Yields the results that the record gains from now on, no matter which process grows the run.
   * They are what the record proves; `watch` yields all events. Ends when the run is finished or the
   * signal aborts.
   *
   * @example
   * for await (const event of openRun('quickstart').follow()) {
   *   if (event.type === 'child') console.log(event.pathId, event.qualities.at(-1));
   * }
   */
  follow(options: FollowOptions = {}): AsyncGenerator<RecordedEvent, void, undefined> {
    return followRun(this.#at, options);
  }

  /**
   * Yields the events of the session that grows the run, from its first one on, no matter which
   * process grows it: the same events as `onEvent`, with less progress. Ends with the session; a
   * run that no process grows yields nothing. The events come from the run's event log, which is
   * not a part of its record.
   *
   * @example
   * for await (const event of openRun('quickstart').watch()) {
   *   if (event.type === 'worker') console.log(event.time, event.message);
   * }
   */
  watch(options: WatchOptions = {}): AsyncGenerator<RunEvent, void, undefined> {
    return watchEvents(this.directory, options);
  }

  get #at(): Address {
    return { directory: this.directory, branch: this.branchName };
  }

  #read<T>(read: (ledger: Ledger) => T): T {
    return readRun(this.#at, read);
  }
}

/** Returns what pictures of a run are drawn from. Each part is read where it is needed. */
function sourceOf(ledger: Ledger, run: string): PictureSource {
  return {
    get system() {
      return pictureOf(ledger, run);
    },
    get children() {
      return childrenOf(ledger);
    },
  };
}
