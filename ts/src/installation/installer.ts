import { spawnSync } from 'node:child_process';
import { type BasePython, findBasePython, OLDEST_PYTHON } from './base-python.js';

/** A command line. */
export type Command = readonly [program: string, ...words: string[]];

/** The tool that creates environments and installs packages, as the command lines for it. */
export interface Installer {
  readonly name: 'uv' | 'pip';
  /** The Python of new environments, for people to read. */
  readonly python: string;
  /** Creates an environment in a folder that does not exist. */
  create(folder: string): Command;
  /** Installs packages; `words` are arguments that uv and pip share. */
  install(executable: string, words: readonly string[]): Command;
}

/**
 * Chooses uv if it is on the path, because it is faster and can bring a Python; otherwise the venv
 * and pip of a Python on the path.
 *
 * @throws Mu2NetError PYTHON_MISSING
 */
export function chooseInstaller(): Installer {
  const hasUv = spawnSync('uv', ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
  if (hasUv) return uv(findBasePython({ needsVenv: false }));
  return pip(findBasePython({ needsVenv: true }) as BasePython);
}

function uv(python: BasePython | undefined): Installer {
  // Two minor versions are tested; uv downloads one of them if none is installed.
  const wanted = python?.executable ?? `>=${OLDEST_PYTHON.join('.')},<3.13`;
  return {
    name: 'uv',
    python: python?.version ?? wanted,
    // With pip in it, the environment can be extended like any other.
    create: (folder) => ['uv', 'venv', '--seed', '--python', wanted, folder],
    install: (executable, words) => ['uv', 'pip', 'install', '--python', executable, ...words],
  };
}

function pip({ executable, version }: BasePython): Installer {
  // Python compiles a module when it first imports it; most modules are never imported.
  const flags = ['--disable-pip-version-check', '--no-input', '--no-compile'];
  return {
    name: 'pip',
    python: version,
    create: (folder) => [executable, '-m', 'venv', folder],
    install: (own, words) => [own, '-m', 'pip', 'install', ...flags, ...words],
  };
}
