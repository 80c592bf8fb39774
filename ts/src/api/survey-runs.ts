import { basename, join } from 'node:path';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { type Holder, readHolder } from '../state/lock/holder.js';
import { readRun } from '../state/record/ledger.js';
import { MAIN } from '../state/record/records.js';
import { runNameOf, runNames, runsFolder, startingNames } from '../state/runs.js';
import { type RunSize, sizeOfRun } from '../state/size.js';
import { type Status, status } from '../views/status.js';
import type { ListRunsOptions } from './open-run.js';

/** An entry of a folder of runs: the state of a branch, a start without a record, or damage. */
export type RunSummary =
  | (Status & {
      readonly kind: 'branch';
      /** Sizes of the run directory, which all branches of the run share. */
      readonly size: RunSize;
    })
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly directory: string;
      readonly state: 'starting';
      readonly holder: Holder | null;
      readonly size: RunSize;
    }
  | {
      readonly kind: 'unreadable';
      readonly run: string;
      readonly directory: string;
      readonly code: ErrorCode;
      readonly message: string;
      /** null when the directory cannot be read either. */
      readonly size: RunSize | null;
    };

/**
 * Returns a summary of every branch of every run in a folder, latest run first. A run whose record
 * cannot be read has one summary, which says why, and hides no other.
 *
 * @example
 * for (const summary of surveyRuns()) {
 *   console.log(summary.run, summary.kind === 'unreadable' ? summary.code : summary.state);
 * }
 */
export function surveyRuns({ folder = runsFolder() }: ListRunsOptions = {}): readonly RunSummary[] {
  const starts = startingNames(folder).map((name) => summarizeStart(join(folder, name)));
  return [...starts, ...runNames(folder).flatMap((name) => summarizeRun(join(folder, name)))];
}

/** Returns the summary of a run that a process is starting, and that has no record yet. */
export function summarizeStart(directory: string): Extract<RunSummary, { readonly kind: 'start' }> {
  const [run, holder] = [basename(directory), readHolder(directory)];
  return { kind: 'start', run, directory, state: 'starting', holder, size: sizeOfRun(directory) };
}

/** Returns a summary of every branch of a run. */
export function summarizeRun(directory: string): readonly RunSummary[] {
  try {
    const size = sizeOfRun(directory);
    const main = { directory, branch: MAIN };
    const names = readRun(main, (ledger) => ledger.branches()).map(({ name }) => name);
    return names.map((branch): RunSummary => {
      const address = { directory, branch };
      const state = readRun(address, (ledger) => status(ledger, runNameOf(address)));
      return { kind: 'branch', ...state, size };
    });
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    const { code, message } = error;
    return [
      {
        kind: 'unreadable',
        run: basename(directory),
        directory,
        code,
        message,
        size: sizeOrNull(directory),
      },
    ];
  }
}

function sizeOrNull(directory: string): RunSize | null {
  try {
    return sizeOfRun(directory);
  } catch {
    return null;
  }
}
