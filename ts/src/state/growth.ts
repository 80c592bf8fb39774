import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { growthFileOf } from './directory.js';
import { replaceFile } from './durable.js';
import type { Address } from './runs.js';

const form = z.record(
  z.string(),
  z.object({
    lastProgressAt: z.iso.datetime(),
    failure: z
      .object({ code: z.string(), message: z.string(), failedAt: z.iso.datetime() })
      .nullable(),
  }),
);

/** Why a branch stopped growing, although nobody stopped it. */
export interface GrowthFailure {
  /** Code of the error. */
  readonly code: string;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly failedAt: string;
}

/** How a branch last grew. */
export interface Growth {
  /** Time of the last sign of progress, such as a training step; ISO 8601, UTC. */
  readonly lastProgressAt: string;
  /** The failure that ended it; null while it grows, and if it ended in another way. */
  readonly failure: GrowthFailure | null;
}

/** Reads how a branch last grew; null when that is not known. */
export function readGrowth({ directory, branch }: Address): Growth | null {
  return readAll(directory)[branch] ?? null;
}

/**
 * Writes how a branch grows. Only the process that holds the run may call it. Does nothing if it
 * cannot write, because this is not part of the record.
 */
export function writeGrowth({ directory, branch }: Address, growth: Growth): void {
  try {
    const all = { ...readAll(directory), [branch]: growth };
    replaceFile(growthFileOf(directory), JSON.stringify(all));
  } catch {
    // The error of the record, which comes next, says more.
  }
}

function readAll(directory: string): Readonly<Record<string, Growth>> {
  try {
    return form.parse(JSON.parse(readFileSync(growthFileOf(directory), 'utf8')));
  } catch {
    return {};
  }
}
