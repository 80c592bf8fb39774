import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Mu2NetError } from '../domain/errors.js';
import { replaceFile } from '../state/durable.js';
import { onFile } from '../state/record/record-error.js';

const manifest = z
  .object({
    settings: z.array(z.record(z.string(), z.unknown())).readonly(),
    cells: z
      .array(
        z.object({
          run: z.string(),
          setting: z.int().min(0),
          seed: z.int().min(0),
          /** Hash of the experiment, so that a changed configuration does not go unnoticed. */
          sha256: z.string(),
        }),
      )
      .readonly(),
  })
  .readonly();

/** The settings and runs of a sweep. The results are in the records of its runs. */
export type SweepManifest = z.infer<typeof manifest>;

/** Returns the file of a sweep, beside its runs. */
export const manifestFileOf = (folder: string, name: string): string =>
  join(folder, `${name}.sweep.json`);

/**
 * Reads what a sweep runs.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_CORRUPT
 */
export function readManifest(folder: string, name: string): SweepManifest {
  const file = manifestFileOf(folder, name);
  if (!existsSync(file)) {
    throw new Mu2NetError(
      'RUN_UNKNOWN',
      `there is no sweep '${name}' in ${folder}; start one with 'npx mu2net sweep run <config>'`,
      { run: name, file },
    );
  }
  try {
    return manifest.parse(JSON.parse(onFile(file, () => readFileSync(file, 'utf8'))));
  } catch (cause) {
    if (cause instanceof Mu2NetError) throw cause;
    throw new Mu2NetError(
      'RUN_CORRUPT',
      `${file} is damaged; delete it and start the sweep again, which keeps its runs`,
      { run: name, file, cause },
    );
  }
}

/**
 * Writes what a sweep runs. An earlier version may have fewer seeds, but no other experiments.
 * @throws Mu2NetError RUN_EXISTS
 */
export function writeManifest(folder: string, name: string, wanted: SweepManifest): void {
  const file = manifestFileOf(folder, name);
  mkdirSync(folder, { recursive: true });
  const before = existsSync(file) ? readManifest(folder, name) : null;
  const wantedCells = new Map(wanted.cells.map((cell) => [cell.run, cell]));
  const changed = before?.cells.find(({ run, sha256 }) => {
    const cell = wantedCells.get(run);
    return cell !== undefined && cell.sha256 !== sha256;
  });
  if (changed) {
    throw new Mu2NetError(
      'RUN_EXISTS',
      `the sweep ${name} has other settings: ${changed.run} would be another experiment; choose another --name`,
      { run: name, file },
    );
  }
  const kept = before?.cells.filter(({ run }) => !wantedCells.has(run)) ?? [];
  if (kept.some(({ setting }) => setting >= wanted.settings.length)) {
    throw new Mu2NetError(
      'RUN_EXISTS',
      `the sweep ${name} has more settings than are given now; give all of them, or choose another --name`,
      { run: name, file },
    );
  }
  const text = JSON.stringify({ ...wanted, cells: [...kept, ...wanted.cells] });
  onFile(file, () => replaceFile(file, `${text}\n`));
}
