import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Mu2NetError } from '../domain/errors.js';

/** The interpreter that runs the sidecar, and where its package lies. */
export interface Interpreter {
  readonly executable: string;
  readonly pythonPath: string;
}

/** Folder of this package: the nearest above this file that has a package.json. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/**
 * Finds the interpreter: `MU2NET_PYTHON`, else that of the package's virtual environment.
 * @throws Mu2NetError PYTHON_MISSING when there is none, or it does not run.
 */
export function findPython(): Interpreter {
  const folder = packageFolder();
  const inVenv = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const executable = process.env.MU2NET_PYTHON ?? join(folder, '.venv', ...inVenv);
  try {
    execFileSync(executable, ['-c', ''], { stdio: 'ignore', timeout: 15_000 });
  } catch (cause) {
    const remedy = process.env.MU2NET_PYTHON
      ? 'correct MU2NET_PYTHON or unset it'
      : "run 'npm run setup' in the mu2net folder";
    throw new Mu2NetError('PYTHON_MISSING', `${executable} is no Python that runs; ${remedy}`, {
      cause,
    });
  }
  return { executable, pythonPath: join(folder, 'py') };
}
