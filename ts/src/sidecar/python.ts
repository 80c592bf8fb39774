import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Mu2NetError } from '../domain/errors.js';

/** The interpreter that runs the sidecar, and the folder of its package. */
export interface Interpreter {
  readonly executable: string;
  readonly pythonPath: string;
}

const OLDEST_MINOR = 11;
const SAY_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** Folder of this package: the nearest above this file that has a package.json. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/**
 * Finds the interpreter: `MU2NET_PYTHON`, else that of the package's virtual environment.
 * @throws Mu2NetError PYTHON_MISSING when there is none, it does not run, or it is too old.
 */
export function findPython(): Interpreter {
  const folder = packageFolder();
  const inVenv = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const executable = process.env.MU2NET_PYTHON || join(folder, '.venv', ...inVenv);
  const remedy = process.env.MU2NET_PYTHON
    ? 'correct MU2NET_PYTHON or unset it'
    : "run 'npm run setup' in the mu2net folder";
  let version: string;
  try {
    version = execFileSync(executable, ['-c', SAY_VERSION], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 15_000,
    }).trim();
  } catch (cause) {
    throw new Mu2NetError('PYTHON_MISSING', `${executable} does not run as Python; ${remedy}`, {
      file: executable,
      cause,
    });
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < OLDEST_MINOR)) {
    throw new Mu2NetError(
      'PYTHON_MISSING',
      `${executable} is Python ${version}, and 3.${OLDEST_MINOR} or newer is needed; ${remedy}`,
      { file: executable },
    );
  }
  return { executable, pythonPath: join(folder, 'py') };
}
