import { join } from 'node:path';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { readRun } from '../state/record/ledger.js';
import { MAIN } from '../state/record/records.js';
import { type Address, noRunIn, runNameOf, runNames, runsFolder } from '../state/runs.js';
import { type Status, status } from '../views/status.js';
import { Run } from './run.js';

/** A run whose record cannot be read, and why. */
export interface UnreadableRun {
  readonly run: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Selects the latest run. */
export interface LatestRunOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
  /** Whether to take the latest finished run, if there is one. */
  readonly finished?: boolean | undefined;
}

/** The latest run, and the later ones that were passed over. */
export interface LatestRun {
  readonly run: Run;
  /** Whether it is finished. */
  readonly finished: boolean;
  /** Later runs that are not finished, latest first; empty unless a finished one was wanted. */
  readonly unfinished: readonly string[];
  /** Later runs whose record cannot be read, latest first. */
  readonly unreadable: readonly UnreadableRun[];
}

/**
 * Finds the latest run of a folder whose record can be read.
 *
 * @throws Mu2NetError RUN_UNKNOWN when the folder has no run; when no run can be read, the error of
 *   the latest one.
 *
 * @example
 * const { run, unreadable } = latestRun({ finished: true });
 * console.log(run.name, unreadable.length); // quickstart 0
 */
export function latestRun({
  folder = runsFolder(),
  finished = false,
}: LatestRunOptions = {}): LatestRun {
  const unreadable: UnreadableRun[] = [];
  const later: { run: Run; damaged: number }[] = [];
  let firstError: unknown = noRunIn(folder);
  for (const name of runNames(folder)) {
    const address = { directory: join(folder, name), branch: MAIN };
    try {
      const state = readStatus(address);
      const run = new Run(address);
      if (!finished || state.finished) {
        const unfinished = later.map((each) => each.run.name);
        return { run, finished: state.finished, unfinished, unreadable };
      }
      later.push({ run, damaged: unreadable.length });
    } catch (error) {
      if (!(error instanceof Mu2NetError)) throw error;
      if (unreadable.length === 0) firstError = error;
      unreadable.push({ run: name, code: error.code, message: error.message });
    }
  }
  const [latest] = later;
  if (!latest) throw firstError;
  const before = unreadable.slice(0, latest.damaged);
  return { run: latest.run, finished: false, unfinished: [], unreadable: before };
}

function readStatus(address: Address): Status {
  return readRun(address, (ledger) => status(ledger, runNameOf(address)));
}
