import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/**
 * Makes all sidecars of a test run share their compiled programs on disk, because most tests need
 * the same programs and none is about compiling. Vitest calls it once, before it starts its
 * workers.
 */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'mu2net-compilations-'));
  process.env.JAX_COMPILATION_CACHE_DIR = folder;
  process.env.JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = '0';
}

/** Removes the compiled programs. Vitest calls it when all tests have ended. */
export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
