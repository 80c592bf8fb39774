import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { isNewEnough, OLDEST_PYTHON } from '../installation/base-python.js';
import { environmentOf, isComplete } from '../installation/environment.js';
import { thisPackage } from '../installation/package.js';

/** The interpreter that runs the sidecar, and the folder of its package. */
export interface Interpreter {
  readonly executable: string;
  readonly pythonPath: string;
}

const SAY_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';

/**
 * Finds the interpreter: `MU2NET_PYTHON`, else that of the environment that `mu2net setup` makes.
 * @throws Mu2NetError PYTHON_MISSING when there is none, it does not run, or it is too old.
 */
export function findPython(): Interpreter {
  const home = thisPackage();
  const environment = environmentOf(home);
  const { executable } = environment;
  if (environment.kind !== 'chosen' && !isComplete(environment)) {
    throw new Mu2NetError(
      'PYTHON_MISSING',
      `the Python environment ${environment.folder} is not set up; run 'npx mu2net setup'`,
      { file: environment.folder },
    );
  }
  const remedy =
    environment.kind === 'chosen'
      ? 'correct MU2NET_PYTHON or unset it'
      : `delete ${environment.folder} and run 'npx mu2net setup'`;
  const version = versionOf(executable, remedy);
  if (!isNewEnough(version)) {
    throw new Mu2NetError(
      'PYTHON_MISSING',
      `${executable} is Python ${version}, and ${OLDEST_PYTHON.join('.')} or newer is needed; ${remedy}`,
      { file: executable },
    );
  }
  return { executable, pythonPath: join(home.folder, 'py') };
}

function versionOf(executable: string, remedy: string): string {
  try {
    return execFileSync(executable, ['-c', SAY_VERSION], {
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
}
