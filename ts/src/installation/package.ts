import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package, as it is installed. */
export interface Package {
  readonly folder: string;
  readonly version: string;
  /** The oldest version of Node that it runs on, such as `20.19`. */
  readonly node: string;
  /** Whether it is a clone of the repository, which also has what its developers need. */
  readonly isClone: boolean;
}

/** Returns this package: its folder is the nearest above this file that has a package.json. */
export function thisPackage(): Package {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const { version, engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const node = engines.node.replace(/^>=/, '');
  return { folder, version, node, isClone: existsSync(join(folder, 'py', DEVELOPMENT_LOCK)) };
}

/** The locked Python packages that every environment has; a file of the folder py/. */
export const LOCK = 'requirements.lock';

/** The locked Python packages of checks and tests; only a clone has this file. */
export const DEVELOPMENT_LOCK = 'requirements-dev.lock';
