import { execFileSync } from 'node:child_process';
import { findPython } from './python.js';

/**
 * Whether the sidecar's interpreter has a package that only some of its work needs, by the name it is
 * imported under; it is looked for and not loaded.
 * @throws Mu2NetError PYTHON_MISSING
 */
export function hasPackage(module: string): boolean {
  const code = `import importlib.util as u; print(u.find_spec('${module}') is not None)`;
  const said = execFileSync(findPython().executable, ['-c', code], { encoding: 'utf8' });
  return said.trim() === 'True';
}
