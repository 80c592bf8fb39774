import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { constraintsOf } from '../../installation/layers.js';
import { LOCK } from '../../installation/package.js';
import type { Interpreter } from '../../sidecar/python.js';
import { execute, lastLine } from '../execute.js';

/** The sidecar, as it is installed on another machine. */
export interface Wheel {
  /** Name of the wheel's file. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The packages that it needs, each in one version, by its hash. */
  readonly lock: string;
  /** The same versions, for what an extra needs. */
  readonly constraints: string;
  /** Names what all of this installs. */
  readonly digest: string;
}

/**
 * Builds the wheel of the sidecar.
 *
 * @throws Mu2NetError SETUP_FAILED
 */
export async function buildWheel({ executable, pythonPath }: Interpreter): Promise<Wheel> {
  const folder = mkdtempSync(join(tmpdir(), 'mu2net-wheel-'));
  try {
    const hatchling = await execute([executable, '-c', 'import hatchling']);
    // Without the build tool, pip fetches it.
    const isolation = hatchling.ok ? ['--no-build-isolation'] : [];
    const words = ['wheel', '--quiet', '--no-deps', ...isolation, '-w', folder, pythonPath];
    const built = await execute([executable, '-m', 'pip', ...words]);
    const [name] = readdirSync(folder);
    if (!built.ok || name === undefined) {
      throw new Mu2NetError(
        'SETUP_FAILED',
        `the wheel of the sidecar could not be built: ${lastLine(built.stderr, built.stdout)}`,
      );
    }
    const bytes = readFileSync(join(folder, name));
    const lock = readFileSync(join(pythonPath, LOCK), 'utf8');
    const digest = createHash('sha256').update(bytes).update(lock).digest('hex').slice(0, 12);
    return { name, bytes, lock, constraints: constraintsOf(lock), digest };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
