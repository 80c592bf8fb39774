import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the sidecars of a test file share their compiled programs on disk, so that tests that kill
 * sidecars do not spend their time compiling.
 */
export function shareCompilations(): void {
  const folder = join(tmpdir(), `mu2net-compilations-${process.getuid?.() ?? ''}`);
  mkdirSync(folder, { recursive: true });
  process.env.JAX_COMPILATION_CACHE_DIR = folder;
  process.env.JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = '0';
}
