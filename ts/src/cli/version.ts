import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../sidecar/python.js';

/** Version of this package, and the Node that it asks for, such as `>=20.19`. */
export function packageVersions(): { readonly mu2net: string; readonly node: string } {
  const { version, engines } = JSON.parse(
    readFileSync(join(packageFolder(), 'package.json'), 'utf8'),
  );
  return { mu2net: version, node: engines.node };
}
