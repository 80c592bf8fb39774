import { type Archive, type ArchiveOptions, archiveRun } from '../archive/write-archive.js';
import { type Adoption, type AdoptOptions, adoptBranch } from '../branches/adopt.js';
import { type BranchOptions, createBranch, dropBranch } from '../branches/branch.js';
import {
  collectGarbage,
  type GarbageOptions,
  type GarbageReport,
} from '../branches/collect-garbage.js';
import { type RemoveOptions, removeRun } from '../branches/remove-run.js';
import type { TaskName } from '../domain/task.js';
import { type EvaluateOptions, type Evaluation, evaluateModel } from '../models/evaluate.js';
import { type ExamineOptions, examineModel, type ModelExamination } from '../models/examine.js';
import { type ExportOptions, exportModel } from '../models/export.js';
import { type Prediction, type PredictOptions, predictImages } from '../models/predict.js';
import { type ResumeOptions, resumeRun } from '../run/session.js';
import { type StopOptions, type Stopping, stopRun } from '../run/stop.js';
import {
  type PredictionServer,
  type ServeOptions,
  serveModels,
} from '../serving/serve-predictions.js';
import { readRun } from '../state/record/ledger.js';
import type { Address } from '../state/runs.js';
import type { RunSize } from '../state/size.js';
import { RecordedRun } from './recorded-run.js';

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
export class Run extends RecordedRun {
  /**
   * Returns every branch of the run, including this one, in the order in which they were created.
   *
   * @example
   * for (const branch of openRun('quickstart').branches()) console.log(branch.name);
   */
  branches(): readonly Run[] {
    const { directory } = this;
    return readRun(this.#at, (ledger) =>
      ledger.branches().map(({ name }) => new Run({ directory, branch: name })),
    );
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
   * Serves predictions of the models over HTTP. The promise resolves when they are loaded and
   * compiled; requests are answered until the server is closed.
   *
   * @throws Mu2NetError TASK_UNKNOWN; SERVE_FAILED when the address cannot be listened on.
   *
   * @example
   * const server = await openRun('quickstart').serve({ port: 0, pool });
   * const body = new FormData();
   * body.append('image', new Blob([await readFile('digit.pgm')]), 'digit.pgm');
   * const answer = await fetch(`${server.url}/v1/predict`, { method: 'POST', body });
   * const { predictions } = await answer.json();
   * await server.close();
   */
  async serve(options: ServeOptions = {}): Promise<PredictionServer> {
    return serveModels(this.#at, options);
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
   * Examines the predictions of a task's model on a whole split, `test` by default: how often each
   * class was taken for which, and the most confident mistakes with their images.
   *
   * @throws Mu2NetError TASK_UNKNOWN, and the errors of reading data.
   *
   * @example
   * const { cells, mistakes } = await openRun('quickstart').examine('digits', { pool });
   * console.log(cells.filter(({ label, predicted }) => label !== predicted), mistakes.length);
   */
  examine(task: TaskName, options: ExamineOptions = {}): Promise<ModelExamination> {
    return examineModel(this.#at, task, options);
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
   * Asks the process that grows the run to stop, as Ctrl-C does, and waits until it has. The record
   * stays, and `resume` continues the run.
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
   * Writes the whole run, with all its branches, and its weights into one tar file. `unarchive`
   * makes a run of it again. An unchanged run gives the same file.
   *
   * @throws Mu2NetError RUN_LOCKED while a process uses the run; STORE_MISSING, STORE_CORRUPT when
   *   weights are absent or damaged; STORE_UNSUPPORTED when they are at a URL.
   *
   * @example
   * const { file, objects, bytes } = await openRun('quickstart').archive('quickstart.tar');
   */
  async archive(file: string, options: ArchiveOptions = {}): Promise<Archive> {
    return archiveRun(this.directory, file, options);
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
}
