import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_STAMP, type OwnEnvironment } from './environment.js';
import { type Extra, stampOf } from './extras.js';
import { DEVELOPMENT_LOCK, LOCK } from './package.js';

/** Packages that are installed together. */
export interface Layer {
  /** The packages, for people to read. */
  readonly title: string;
  /** Name of the file that has `digest` once they are installed. */
  readonly stamp: string;
  /** Digest of what is to be installed. */
  readonly digest: string;
  /** The arguments of the installer, worked out when they are needed. */
  words(): readonly string[];
}

/** Returns the layer of a lock: each package in one version, by its hash. */
function lockLayer(py: string, lock: string, title: string, stamp: string): Layer {
  return {
    title,
    stamp,
    digest: digestOf(`py/${lock}`, readFileSync(join(py, lock))),
    words: () => ['--require-hashes', '--no-deps', '-r', join(py, lock)],
  };
}

/** The packages that the sidecar needs. */
export const baseLayer = (py: string): Layer => lockLayer(py, LOCK, 'Python packages', BASE_STAMP);

/** The packages that the checks and tests of a clone need. */
export const developmentLayer = (py: string): Layer =>
  lockLayer(py, DEVELOPMENT_LOCK, 'Python packages for checks and tests', '.mu2net-stamp-dev');

/**
 * Returns the layer of an extra. It may add packages, but it cannot change the version of a locked
 * one. Its packages are resolved when it is installed, because many depend on the machine.
 */
export function extraLayer(
  py: string,
  extra: Extra,
  { folder, executable }: OwnEnvironment,
): Layer {
  const project = join(py, 'pyproject.toml');
  const lock = readFileSync(join(py, LOCK), 'utf8');
  return {
    title: `Python packages for ${extra}`,
    stamp: stampOf(extra),
    digest: digestOf(extra, readFileSync(project), lock),
    words() {
      const constraints = join(folder, 'constraints.txt');
      writeFileSync(constraints, constraintsOf(lock));
      return ['-c', constraints, ...requirementsOf(executable, project, extra)];
    },
  };
}

/** Returns the versions of a lock without hashes, which the packages of an extra do not have. */
export function constraintsOf(lock: string): string {
  const lines = lock.match(/^[A-Za-z0-9][^\n]*/gm) ?? [];
  return lines.map((line) => `${line.replace(/\s*\\$/, '')}\n`).join('');
}

const SAY_REQUIREMENTS = `
import json, sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
print(json.dumps(project["optional-dependencies"][sys.argv[2]]))`;

/** Reads the requirements of an extra with the environment's Python, which can read TOML. */
function requirementsOf(executable: string, project: string, extra: Extra): readonly string[] {
  const words = ['-c', SAY_REQUIREMENTS, project, extra];
  return JSON.parse(execFileSync(executable, words, { encoding: 'utf8' }));
}

function digestOf(name: string, ...contents: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256').update(`${name}\0`);
  for (const content of contents) hash.update(content);
  return hash.digest('hex');
}
