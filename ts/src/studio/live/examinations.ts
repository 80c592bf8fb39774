import { Mu2NetError } from '../../domain/errors.js';
import type { TaskName } from '../../domain/task.js';
import { type ExamineOptions, examineModel, type ModelExamination } from '../../models/examine.js';
import { readRun } from '../../state/record/ledger.js';
import { bestPaths } from '../../state/record/recall.js';
import { type Address, formatAddress, runNameOf } from '../../state/runs.js';
import type { Examination, ExaminationEvents } from '../documents/examination.js';
import { failureOf } from '../http/failure.js';
import type { Listener } from './feeds.js';

/** A model to examine. */
interface Subject {
  readonly address: Address;
  readonly task: TaskName;
}

/** An examination in progress. */
interface Work {
  readonly cancel: AbortController;
  readonly result: Promise<Examination>;
  readonly begunAt: number;
  phase: ExaminationEvents['progress']['phase'];
  waiting: number;
}

/** Most examinations that are kept. */
const KEPT = 32;
const PROGRESS_MILLIS = 500;

/** Examinations of models: those in progress, which last as long as somebody waits, and results. */
export class Examinations {
  readonly #pool: ExamineOptions['pool'];
  readonly #works = new Map<string, Work>();
  readonly #results = new Map<string, Examination>();
  /** Ends when the work before has ended: one worker at a time is enough for one person. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param pool where models are examined; by default on a worker of this machine. */
  constructor(pool?: ExamineOptions['pool']) {
    this.#pool = pool;
  }

  /** Returns the examination of a task's model if it is there and still about this model. */
  known(subject: Subject): Examination | null {
    const best = readRun(subject.address, (ledger) => bestPaths(ledger).get(subject.task));
    const found = this.#results.get(keyOf(subject));
    return found && found.pathId === best ? found : null;
  }

  /** Examines a task's model, or waits for who does already. */
  async read(subject: Subject): Promise<Examination> {
    const known = this.known(subject);
    if (known) return known;
    const work = this.#begin(subject);
    work.waiting++;
    return work.result.finally(() => this.#leave(work));
  }

  /** Tells the progress of an examination and its result, until the returned function is called. */
  listen(subject: Subject, { onEvent, onEnd }: Listener): () => void {
    let count = 0;
    const send = <T extends keyof ExaminationEvents>(type: T, data: ExaminationEvents[T]) =>
      onEvent({ id: String(count++), type, data });
    const known = this.known(subject);
    if (known) {
      send('done', known);
      return () => {};
    }
    const work = this.#begin(subject);
    work.waiting++;
    const tell = () => {
      const seconds = (Date.now() - work.begunAt) / 1000;
      send('progress', { phase: work.phase, seconds });
    };
    tell();
    const timer = setInterval(tell, PROGRESS_MILLIS);
    const stop = () => clearInterval(timer);
    work.result.finally(stop).then(
      (examination) => {
        send('done', examination);
        onEnd();
      },
      (error: unknown) => {
        send('failed', failureOf(error).document.error);
        onEnd();
      },
    );
    return () => {
      stop();
      this.#leave(work);
    };
  }

  /** Ends all work, and waits for the end. */
  async close(): Promise<void> {
    for (const { cancel } of this.#works.values()) cancel.abort();
    await this.#last;
  }

  #begin(subject: Subject): Work {
    const key = keyOf(subject);
    const current = this.#works.get(key);
    if (current && !current.cancel.signal.aborted) return current;
    const cancel = new AbortController();
    const result = this.#last.then(() => this.#examine(subject, cancel.signal));
    const work: Work = {
      cancel,
      result,
      begunAt: Date.now(),
      phase: 'starting worker',
      waiting: 0,
    };
    this.#works.set(key, work);
    this.#last = result.then(
      (examination) => this.#keep(key, examination),
      () => {
        if (this.#works.get(key) === work) this.#works.delete(key);
      },
    );
    return work;
  }

  async #examine(subject: Subject, signal: AbortSignal): Promise<Examination> {
    const { address, task } = subject;
    if (signal.aborted) throw new Mu2NetError('CANCELLED', 'nobody waits for the examination');
    const onBegin = () => {
      const work = this.#works.get(keyOf(subject));
      if (work) work.phase = 'predicting';
    };
    const found = await examineModel(address, task, { signal, onBegin, pool: this.#pool });
    return documentOf(runNameOf(address), found);
  }

  #keep(key: string, examination: Examination): void {
    this.#works.delete(key);
    this.#results.delete(key);
    this.#results.set(key, examination);
    const [oldest] = this.#results.keys();
    if (this.#results.size > KEPT && oldest !== undefined) this.#results.delete(oldest);
  }

  #leave(work: Work): void {
    work.waiting--;
    if (work.waiting === 0) work.cancel.abort();
  }
}

function keyOf({ address, task }: Subject): string {
  return `${formatAddress(address)}\n${task}`;
}

function documentOf(run: string, examination: ModelExamination): Examination {
  const { task, pathId, total, correct, cells, mistakes, classNames } = examination;
  const labels = cells.flatMap(({ label, predicted }) => [label, predicted]);
  const numbers = Array.from({ length: Math.max(-1, ...labels) + 1 }, (_, label) => String(label));
  return {
    ...{ run, task, pathId, total, correct, cells },
    classNames: classNames ?? numbers,
    mistakes: mistakes.map(({ png, ...mistake }) => ({
      ...mistake,
      image: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
    })),
  };
}
