import { type Adoption, type AdoptOptions, adoptBranch } from '../branches/adopt.js';
import { type BranchOptions, createBranch, dropBranch } from '../branches/branch.js';
import {
  collectGarbage,
  type GarbageOptions,
  type GarbageReport,
} from '../branches/collect-garbage.js';
import { type RemoveOptions, removeRun } from '../branches/remove-run.js';
import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import { type EvaluateOptions, type Evaluation, evaluateModel } from '../models/evaluate.js';
import { type ExportOptions, exportModel } from '../models/export.js';
import { type Prediction, type PredictOptions, predictImages } from '../models/predict.js';
import type { RunEvent } from '../run/events.js';
import { type ResumeOptions, resumeRun } from '../run/session.js';
import { type StopOptions, type Stopping, stopRun } from '../run/stop.js';
import { type WatchOptions, watchEvents } from '../run/watch.js';
import { type Ledger, readRun } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import { type Address, formatAddress, runNameOf } from '../state/runs.js';
import { type RunSize, sizeOfRun } from '../state/size.js';
import { type ChildRow, childrenOf } from '../views/children.js';
import { type Comparison, compare, measuresOf } from '../views/compare.js';
import { diff, diffSideOf, type SystemDifference } from '../views/diff.js';
import { type Leaderboard, leaderboard } from '../views/leaderboard.js';
import { type Log, logOf } from '../views/log.js';
import { pictureOf, type SystemPicture } from '../views/picture.js';
import { type Report, report } from '../views/report.js';
import { type ShownPath, show } from '../views/show.js';
import { type Status, status } from '../views/status.js';
import { type FollowOptions, followRun, type RecordedEvent } from './follow.js';

/**
 * A run, or one branch of it. Programs get it from `grow` or `openRun`; they do not construct it.
 *
 * Methods that only read the record return at once. Methods that need a worker or change the run
 * return a promise. Nothing is cached: each call reads the current record, even while another
 * process grows the run.
 *
 * @example
 * const run = openRun('quickstart');
 * console.log(run.name, run.status().finished);
 * console.table(run.leaderboard().rows);
 */
export class Run {
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
   * Returns every branch of the run, including this one, in the order in which they were created.
   *
   * @example
   * for (const branch of openRun('quickstart').branches()) console.log(branch.name);
   */
  branches(): readonly Run[] {
    const { directory } = this;
    return this.#read((ledger) =>
      ledger.branches().map(({ name }) => new Run({ directory, branch: name })),
    );
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
   * Returns every child of the branch's history, oldest first: its parent, hyperparameters,
   * components, qualities and score, and whether it was retained.
   *
   * @example
   * const kept = openRun('quickstart').children().filter(({ retained }) => retained);
   */
  children(): readonly ChildRow[] {
    return this.#read((ledger) => childrenOf(ledger));
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
  diff(other: Run): SystemDifference {
    const sideOf = (run: Run) => run.#read((ledger) => diffSideOf(ledger, run.name));
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
  compareWith(...others: readonly Run[]): Comparison {
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

  /**
   * Grows the branch from the last entry of its record to its end. A finished branch does not
   * change.
   *
   * @throws Mu2NetError RUN_LOCKED while another process grows the run; the errors of `grow`,
   *   except RUN_EXISTS.
   *
   * @example
   * await openRun('quickstart').resume({ pool, onEvent: ({ type }) => console.log(type) });
   */
  async resume(options: ResumeOptions = {}): Promise<void> {
    await resumeRun(this.#at, options);
  }

  /**
   * Classifies image files with the models of tasks. Layers that the models share are computed
   * once.
   *
   * @throws Mu2NetError TASK_UNKNOWN, DATA_MISSING, IMAGE_UNDECODABLE
   *
   * @example
   * const run = openRun('quickstart');
   * const [prediction] = await run.predict(['digit.pgm'], { tasks: ['digits'], top: 1, pool });
   */
  async predict(
    images: readonly string[],
    options: PredictOptions = {},
  ): Promise<readonly Prediction[]> {
    return predictImages(this.#at, images, options);
  }

  /**
   * Evaluates the model of a task on a whole split. The result is not recorded.
   *
   * @throws Mu2NetError TASK_UNKNOWN, and the errors of reading data.
   *
   * @example
   * const run = openRun('quickstart');
   * const { accuracy } = await run.evaluate('digits', { split: 'validation', pool });
   */
  async evaluate(task: TaskName, options: EvaluateOptions = {}): Promise<Evaluation> {
    return evaluateModel(this.#at, task, options);
  }

  /**
   * Writes the model of a task as files that other libraries can read.
   *
   * @returns the paths of the files.
   * @throws Mu2NetError TASK_UNKNOWN, or SIDECAR_FAILED when the folder cannot be written.
   *
   * @example
   * const run = openRun('quickstart');
   * const files = await run.export('digits', { format: 'timm', folder: 'exported', pool });
   */
  async export(task: TaskName, options: ExportOptions): Promise<readonly string[]> {
    return exportModel(this.#at, task, options);
  }

  /**
   * Creates a branch: a named system that continues from a point of this one's history, with the
   * same experiment or a changed one. No weights are copied. `resume` grows the branch.
   *
   * @throws Mu2NetError BRANCH_EXISTS, BRANCH_REFUSED, CONFIG_INVALID, TASK_UNKNOWN, DATA_MISSING,
   *   RUN_LOCKED
   *
   * @example
   * const run = openRun('quickstart');
   * const wide = await run.branch('wide', { at: '0', set: { 'method.width': 1 } });
   * await wide.resume({ pool });
   */
  async branch(name: string, options: BranchOptions = {}): Promise<Run> {
    createBranch(this.#at, name, options);
    return new Run({ directory: this.directory, branch: name });
  }

  /**
   * Makes this branch adopt another branch of the run: its whole system and method, or only its
   * models of some tasks. If that replaces anything, a new branch keeps what this one was.
   *
   * @returns the name of that branch, such as `main-before-wide`; null if nothing is replaced.
   * @throws Mu2NetError BRANCH_REFUSED when this branch would lose the model of a task, or the
   *   other branch has no model of a task to adopt; RUN_LOCKED
   *
   * @example
   * const run = openRun('quickstart');
   * const wide = await run.branch('wide', { set: { seed: 7 } });
   * const { kept } = await run.adopt(wide);
   */
  async adopt(other: Run, options: AdoptOptions = {}): Promise<Adoption> {
    return adoptBranch(other.#at, this.#at, options);
  }

  /**
   * Drops this branch: removes its name. Its history stays in the record, and its weights stay in
   * the store until `gc` deletes them.
   *
   * @throws Mu2NetError BRANCH_REFUSED for the main branch, RUN_LOCKED
   *
   * @example
   * const attempt = await openRun('quickstart').branch('attempt');
   * await attempt.drop();
   */
  async drop(): Promise<void> {
    dropBranch(this.#at);
  }

  /**
   * Counts the files in the run's store that no branch can use, and deletes them on request.
   *
   * @throws Mu2NetError RUN_LOCKED
   *
   * @example
   * const { unreferenced } = await openRun('quickstart').gc({ delete: true });
   */
  async gc(options: GarbageOptions = {}): Promise<GarbageReport> {
    return collectGarbage(this.#at, options);
  }

  /**
   * Asks the process that grows the run to stop, as Ctrl-C does, and waits until it has. What is
   * recorded stays, and `resume` continues the run.
   *
   * @throws Mu2NetError RUN_LOCKED when the process is on another machine or belongs to another
   *   user, and when it does not stop in time.
   *
   * @example
   * const { stopped } = await openRun('quickstart').stop({ waitSeconds: 60 });
   * console.log(stopped?.pid ?? 'nothing grows it');
   */
  async stop(options: StopOptions = {}): Promise<Stopping> {
    return stopRun(this.directory, options);
  }

  /**
   * Removes the whole run for good, with all its branches: the record, the components, the logs.
   *
   * @returns what it took on the disk.
   * @throws Mu2NetError RUN_LOCKED while a process uses the run; RUN_READONLY, RUN_UNREADABLE
   *
   * @example
   * const experiment = loadExperiment('tiny.yaml');
   * const run = await grow(experiment, { name: 'attempt', pool });
   * const { total } = await run.remove();
   */
  async remove(options: RemoveOptions = {}): Promise<RunSize> {
    return removeRun(this.directory, options);
  }

  get #at(): Address {
    return { directory: this.directory, branch: this.branchName };
  }

  #read<T>(read: (ledger: Ledger) => T): T {
    return readRun(this.#at, read);
  }
}
