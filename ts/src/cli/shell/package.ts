import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../sidecar/python.js';

/** The installed package. */
export interface Package {
  readonly folder: string;
  readonly version: string;
  /** The oldest version of Node that it runs on, such as `20.19`. */
  readonly node: string;
}

export function thisPackage(): Package {
  const folder = packageFolder();
  const { version, engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version, node: engines.node.replace(/^>=/, '') };
}
