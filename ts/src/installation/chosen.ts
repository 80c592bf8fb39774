import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { OLDEST_PYTHON } from './base-python.js';
import type { ChosenEnvironment } from './environment.js';

/** Prints what is wrong with an interpreter, or nothing; its arguments are a project and extras. */
const CHECK = `
import importlib.metadata as metadata, re, sys
if sys.version_info[:2] < (${OLDEST_PYTHON.join(', ')}): sys.exit(print("is older than Python ${OLDEST_PYTHON.join('.')}"))
import tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
wanted = [*project["dependencies"], *(w for extra in sys.argv[2:] for w in project["optional-dependencies"][extra])]
installed = {re.sub("[-_.]+", "-", d.metadata["Name"]).lower() for d in metadata.distributions()}
missing = [name for name in (re.match("[A-Za-z0-9-]+", w).group() for w in wanted) if name not in installed]
if missing: print("lacks " + ", ".join(missing))`;

/**
 * Checks that the interpreter that the user chose has the packages of the sidecar and of extras.
 * Nothing is installed into it.
 *
 * @throws Mu2NetError PYTHON_MISSING
 */
export function checkChosen(
  { executable }: ChosenEnvironment,
  packageFolder: string,
  extras: readonly string[],
): void {
  const py = join(packageFolder, 'py');
  const words = ['-c', CHECK, join(py, 'pyproject.toml'), ...extras];
  const { status, stdout, error } = spawnSync(executable, words, { encoding: 'utf8' });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const problem = status === 0 ? stdout.trim() : `does not run${code ? ` (${code})` : ''}`;
  if (problem === '') return;
  const wanted = extras.length > 0 ? `${py}[${extras.join(',')}]` : py;
  throw new Mu2NetError(
    'PYTHON_MISSING',
    `MU2NET_PYTHON (${executable}) ${problem}; install the packages into it (pip install '${wanted}'), or unset MU2NET_PYTHON so that 'npx mu2net setup' makes an environment`,
    { file: executable },
  );
}
