import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/**
 * Makes one folder for all temporary files of a test run, and makes all sidecars share their
 * compiled programs in it, because most tests need the same programs and none is about compiling.
 * Vitest calls it once, before it starts its workers.
 */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'mu2net-tests-'));
  // Some tests run processes of another user.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  process.env.JAX_COMPILATION_CACHE_DIR = join(folder, 'compilations');
  process.env.JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = '0';
}

/** Removes the folder. Vitest calls it when all tests have ended. */
export function teardown(): void {
  // A killed process may still write its last file.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}
