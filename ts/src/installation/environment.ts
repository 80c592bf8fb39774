import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { LOCK, type Package } from './package.js';

/** A Python environment that mu2net makes. */
export interface OwnEnvironment {
  /** Where it is: in the `.venv` of a clone, or in the user's cache folder. */
  readonly kind: 'clone' | 'cache';
  readonly folder: string;
  /** The interpreter in it. */
  readonly executable: string;
  /** Why it is used. */
  readonly because: string;
}

/** An interpreter that the user chose. mu2net installs nothing into it. */
export interface ChosenEnvironment {
  readonly kind: 'chosen';
  readonly executable: string;
  /** Why it is used. */
  readonly because: string;
}

/** The Python environment that runs the sidecar. */
export type Environment = OwnEnvironment | ChosenEnvironment;

/** The stamp of the base packages; it is written when all of them are installed. */
export const BASE_STAMP = '.mu2net-stamp';

const PYTHON = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/**
 * Decides which environment runs the sidecar of a package; it need not exist. `MU2NET_PYTHON` comes
 * first. A clone has its own environment. An installed package has one in the user's cache folder:
 * the folder of a package is replaced by updates and may be read-only.
 */
export function environmentOf(
  { folder, version, isClone }: Pick<Package, 'folder' | 'version' | 'isClone'>,
  chosen: string | undefined = process.env.MU2NET_PYTHON,
): Environment {
  if (chosen) return { kind: 'chosen', executable: chosen, because: 'MU2NET_PYTHON is set' };
  if (isClone) {
    const because = 'mu2net runs from a clone';
    return { kind: 'clone', ...placeOf(join(folder, '.venv')), because };
  }
  const { cache } = envPaths('mu2net', { suffix: '' });
  const because = `it is that of mu2net ${version} in the cache folder`;
  const own = join(cache, 'python', `${version}-${digestOf(folder)}`);
  return { kind: 'cache', ...placeOf(own), because };
}

function placeOf(folder: string) {
  return { folder, executable: join(folder, ...PYTHON) };
}

/** Digest of what an environment can hold: the locked packages, and the extras. */
function digestOf(packageFolder: string): string {
  const hash = createHash('sha256');
  for (const file of [LOCK, 'pyproject.toml']) {
    hash.update(readFileSync(join(packageFolder, 'py', file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Whether an environment was set up to its end. */
export function isComplete({ folder, executable }: OwnEnvironment): boolean {
  return existsSync(join(folder, BASE_STAMP)) && existsSync(executable);
}
