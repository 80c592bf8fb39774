import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import { isName, NAME_RULE } from '../domain/names.js';
import { growSeries } from '../run/grow-series.js';
import type { ResumeOptions } from '../run/session.js';
import { runsFolder } from '../state/runs.js';
import { writeManifest } from '../sweeps/manifest.js';
import { type Axes, planSweep, type Setting } from '../sweeps/plan.js';
import {
  compareSettings,
  type SweepComparison,
  type SweepSummary,
  summarizeSweep,
} from '../sweeps/summary.js';

/** The runs of a sweep, and the workers that train them. */
export interface SweepOptions extends ResumeOptions {
  /** Name of the sweep; its runs are `<name>-<setting>-seed-<seed>`. */
  readonly name: string;
  /** The seeds that each setting is run with. */
  readonly seeds: readonly number[];
  /** Values by dotted key of the configuration; all combinations are run. */
  readonly settings?: Axes | undefined;
  /** Folder of the runs; `MU2NET_RUNS` or `./runs` by default. */
  readonly folder?: string | undefined;
}

/**
 * Grows a run for each combination of settings and seeds, one after the other. The same call goes on
 * with a sweep that was stopped: finished runs stay, a run that had begun is resumed. More seeds may be
 * given later.
 *
 * @param experimentOf returns the experiment under values that replace those of a configuration; it
 *   gets those of the sweep, with `seed`.
 * @throws Mu2NetError RUN_EXISTS when the sweep has other experiments; the errors of `grow`.
 *
 * @example
 * const { settings } = await sweep((set) => loadExperiment('tiny.yaml', { set }), {
 *   name: 'widths',
 *   seeds: [1, 2],
 *   settings: { 'method.width': [1, 2] },
 *   pool,
 * });
 * console.table(settings.map(({ set, mean }) => ({ ...set, ...mean.testAccuracy })));
 */
export async function sweep(
  experimentOf: (set: Setting) => Experiment,
  { name, seeds, settings: axes = {}, folder = runsFolder(), ...options }: SweepOptions,
): Promise<SweepSummary> {
  if (!isName(name)) {
    throw new Mu2NetError('CONFIG_INVALID', `'${name}' cannot name a sweep: ${NAME_RULE}`, {
      run: name,
    });
  }
  const { settings, cells } = planSweep(name, axes, seeds);
  const planned = cells.map((cell) => ({
    ...cell,
    experiment: experimentOf({ ...settings[cell.setting], seed: cell.seed }),
  }));
  writeManifest(folder, name, {
    settings,
    cells: planned.map(({ experiment, ...cell }) => ({ ...cell, sha256: digestOf(experiment) })),
  });
  const logDirectory = join(folder, `${name}.sweep`);
  await growSeries(planned, { ...options, folder, logDirectory });
  return summarizeSweep(folder, name);
}

/**
 * Reads the results of a sweep: each setting over its seeds, and its difference from the first
 * setting, paired by seed and test image.
 *
 * @param name name of the sweep, or of one of its settings: `widths`, `widths-2`.
 * @throws Mu2NetError RUN_UNKNOWN
 *
 * @example
 * const experimentOf = (set) => loadExperiment('tiny.yaml', { set });
 * await sweep(experimentOf, { name: 'seeds', seeds: [1, 2], pool });
 * const [{ mean }] = sweepSummary('seeds').settings;
 */
export function sweepSummary(
  name: string,
  { folder = runsFolder() }: { readonly folder?: string | undefined } = {},
): SweepSummary {
  return summarizeSweep(folder, name);
}

/**
 * Compares the settings of sweeps with the first one: paired by seed, and by test image where these
 * are the same.
 *
 * @param names sweeps, or settings of sweeps: `['widths']`, `['widths-2', 'depths-1']`.
 * @throws Mu2NetError RUN_UNKNOWN; CONFIG_INVALID without a common task or seed, or with one setting.
 *
 * @example
 * const options = { name: 'widths', seeds: [1], settings: { 'method.width': [1, 2] }, pool };
 * await sweep((set) => loadExperiment('tiny.yaml', { set }), options);
 * const [narrow, wide] = compareSweeps(['widths']).settings;
 * console.log(wide.mean.difference.value, wide.mean.difference.crossedInterval);
 */
export function compareSweeps(
  names: readonly string[],
  { folder = runsFolder() }: { readonly folder?: string | undefined } = {},
): SweepComparison {
  return compareSettings(folder, names);
}

function digestOf(experiment: Experiment): string {
  return createHash('sha256').update(JSON.stringify(experiment)).digest('hex');
}
