import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Version of this package, and the Node that it asks for. */
export function packageVersions(): { readonly mu2net: string; readonly node: string } {
  // Compiled and source files lie at different depths below package.json.
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const { version, engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { mu2net: version, node: engines.node };
}
