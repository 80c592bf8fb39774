import { spawnSync } from 'node:child_process';
import { Mu2NetError } from '../domain/errors.js';

/** The oldest Python that the sidecar runs on. */
export const OLDEST_PYTHON = [3, 11] as const;

const COMMANDS = [['python3.12'], ['python3.11'], ['python3'], ['python']] as const;

const PROBE =
  'import importlib.util as u, sys; print(*sys.version_info[:3], all(map(u.find_spec, ("venv", "ensurepip"))), sys.executable)';

/** An interpreter that is installed on this machine. */
export interface BasePython {
  /** Absolute path. */
  readonly executable: string;
  /** Such as `3.12.1`. */
  readonly version: string;
  /** Whether it can create environments by itself. */
  readonly hasVenv: boolean;
}

/** Whether a version such as `3.12.1` is new enough. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

/** Asks an interpreter what it is; undefined when it does not run, such as some shims of pyenv. */
function probe([program, ...words]: readonly [string, ...string[]]): BasePython | undefined {
  const { status, stdout } = spawnSync(program, [...words, '-c', PROBE], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) return undefined;
  const [major, minor, patch, hasVenv, ...executable] = stdout.trim().split(' ');
  return {
    executable: executable.join(' '),
    version: `${major}.${minor}.${patch}`,
    hasVenv: hasVenv === 'True',
  };
}

/** Lists the interpreters on the path, in the order of preference. */
function listPythons(): readonly BasePython[] {
  const commands: readonly (readonly [string, ...string[]])[] =
    process.platform === 'win32' ? [['py', '-3'], ...COMMANDS] : COMMANDS;
  return commands.map(probe).filter((python) => python !== undefined);
}

/**
 * Finds the first Python on the path that is new enough. Without `needsVenv`, another tool creates
 * the environment and can bring its own Python: then there may be none.
 *
 * @throws Mu2NetError PYTHON_MISSING, with how to install it.
 */
export function findBasePython({ needsVenv }: { needsVenv: boolean }): BasePython | undefined {
  const pythons = listPythons();
  const recent = pythons.filter(({ version }) => isNewEnough(version));
  if (!needsVenv) return recent[0];
  const complete = recent.find(({ hasVenv }) => hasVenv);
  if (complete) return complete;
  if (recent[0]) {
    const { executable, version } = recent[0];
    const short = version.replace(/\.\d+$/, '');
    throw new Mu2NetError(
      'PYTHON_MISSING',
      `Python ${version} (${executable}) has no venv module; install it (Debian, Ubuntu: apt install python3-venv, or python${short}-venv for that version), or install uv, and run this again`,
      { file: executable },
    );
  }
  const older = pythons.map(({ executable, version }) => `${executable} is ${version}`).join(', ');
  throw new Mu2NetError(
    'PYTHON_MISSING',
    `Python ${OLDEST_PYTHON.join('.')} or newer is required, but none was found${older && ` (${older})`}; install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.12; Windows: winget install Python.Python.3.12) or install uv, or set MU2NET_PYTHON to a Python that has the packages of py/requirements.lock`,
  );
}
