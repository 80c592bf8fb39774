import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRun } from '../state/directory.js';
import { readRun } from '../state/record/ledger.js';
import { isFinished } from '../state/record/recall.js';
import { MAIN } from '../state/record/records.js';
import { measuresOf, type SystemMeasures } from '../views/compare.js';
import { manifestFileOf, readManifest } from './manifest.js';
import type { Setting } from './plan.js';

/** A run of a sweep, as far as it is. */
export interface SweepRun {
  readonly run: string;
  readonly seed: number;
  readonly state: 'finished' | 'begun' | 'waiting';
}

/** A finished run. */
export interface SeedResult {
  readonly seed: number;
  readonly measures: SystemMeasures;
}

/** One setting of a sweep, with its runs. */
export interface Series {
  /** `<sweep>-<setting>`, which is what the names of its runs begin with. */
  readonly name: string;
  readonly set: Setting;
  readonly runs: readonly SweepRun[];
  /** The finished runs. */
  readonly results: readonly SeedResult[];
}

/** Whether a folder has a sweep of this name, or one of its settings, `<sweep>-<setting>`. */
export function isSweep(folder: string, name: string): boolean {
  return sweepOf(folder, name) !== null;
}

/**
 * Reads the settings of a sweep, or the one that is named `<sweep>-<setting>`.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_CORRUPT
 */
export function readSeries(folder: string, name: string): readonly Series[] {
  const { sweep, only } = sweepOf(folder, name) ?? { sweep: name, only: null };
  const { settings, cells } = readManifest(folder, sweep);
  return settings.flatMap((set, index): Series[] => {
    if (only !== null && index !== only) return [];
    const read = cells
      .filter(({ setting }) => setting === index)
      .map(({ run, seed }) => readCell(folder, run, seed));
    return [
      {
        name: `${sweep}-${index + 1}`,
        set,
        runs: read.map(({ run }) => run),
        results: read.flatMap(({ result }) => result ?? []),
      },
    ];
  });
}

/** Finds the sweep that a name means, and the index of the setting if it names only one. */
function sweepOf(folder: string, name: string): { sweep: string; only: number | null } | null {
  if (existsSync(manifestFileOf(folder, name))) return { sweep: name, only: null };
  const [, sweep, nth] = /^(.+)-([1-9]\d*)$/.exec(name) ?? [];
  if (sweep === undefined || !existsSync(manifestFileOf(folder, sweep))) return null;
  const only = Number(nth) - 1;
  return only < readManifest(folder, sweep).settings.length ? { sweep, only } : null;
}

function readCell(
  folder: string,
  run: string,
  seed: number,
): { readonly run: SweepRun; readonly result: SeedResult | null } {
  const directory = join(folder, run);
  if (!isRun(directory)) return { run: { run, seed, state: 'waiting' }, result: null };
  return readRun({ directory, branch: MAIN }, (ledger) =>
    isFinished(ledger)
      ? {
          run: { run, seed, state: 'finished' },
          result: { seed, measures: measuresOf(ledger, run) },
        }
      : { run: { run, seed, state: 'begun' }, result: null },
  );
}
