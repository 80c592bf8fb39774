import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { thisPackage } from './package.js';

/** A name such as `quickstart` or `mu2net/b-deca`, also written as `configs/quickstart.yaml`. */
const SHIPPED = /^(?:configs\/)?([\w-]+(?:\/[\w-]+)*)(?:\.yaml)?$/;

/**
 * Returns the file of a configuration. A file of the user comes first; otherwise the name can be that
 * of a configuration that mu2net ships, so that `quickstart` works in every folder.
 */
export function findConfig(name: string): string {
  const shipped = SHIPPED.exec(name)?.[1];
  if (shipped === undefined || existsSync(name)) return name;
  const file = join(thisPackage().folder, 'configs', `${shipped}.yaml`);
  return existsSync(file) ? file : name;
}
