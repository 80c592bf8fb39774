import { join } from 'node:path';
import type { Experiment } from '../domain/experiment.js';
import type { Pool } from '../pool/pool.js';
import { openLocalPool } from '../sidecar/local.js';
import { isPool, openAddress } from '../standing/open-pool.js';
import { isRun } from '../state/directory.js';
import { readRun } from '../state/record/ledger.js';
import { isFinished } from '../state/record/recall.js';
import { MAIN } from '../state/record/records.js';
import { growRun, type ResumeOptions, resumeRun } from './session.js';

/** A run of a series. */
export interface SeriesRun {
  /** Name of the run. */
  readonly run: string;
  readonly experiment: Experiment;
}

/** Where the runs of a series are, and by which workers they are grown. */
export interface SeriesOptions extends ResumeOptions {
  readonly folder: string;
  /** Folder of the logs of the workers that the series starts. */
  readonly logDirectory: string;
}

/**
 * Grows runs one after the other on one pool. A finished run stays as it is; one that has begun is
 * resumed. Workers are only started for a run that is not finished.
 *
 * @throws Mu2NetError the errors of growing a run; the runs before it stay.
 */
export async function growSeries(
  series: readonly SeriesRun[],
  { folder, ...options }: SeriesOptions,
): Promise<void> {
  const waiting = series.filter(({ run }) => !isGrown(join(folder, run)));
  if (waiting.length === 0) return;
  const { pool, close } = await openPool(options);
  try {
    for (const { run, experiment } of waiting) {
      const directory = join(folder, run);
      if (isRun(directory)) await resumeRun({ directory, branch: MAIN }, { ...options, pool });
      else await growRun(experiment, { ...options, pool, name: run, folder });
    }
  } finally {
    await close();
  }
}

function isGrown(directory: string): boolean {
  return isRun(directory) && readRun({ directory, branch: MAIN }, isFinished);
}

/** Opens the pool that the options describe; closing an open one is left to who opened it. */
async function openPool(
  options: Omit<SeriesOptions, 'folder'>,
): Promise<{ readonly pool: Pool; close(): Promise<void> }> {
  const { pool: given, signal } = options;
  if (given && isPool(given)) return { pool: given, close: async () => {} };
  const pool = given ? await openAddress(given, { signal }) : await openLocalPool(options);
  return { pool, close: () => pool.close() };
}
