import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { type Method, type MethodModule, POLICIES } from '../domain/experiment.js';
import {
  METHODS,
  type MethodDefinition,
  type ResolvedMethod,
  resolveMethod,
} from '../evolution/index.js';

/**
 * Finds the file of a method's module, as an import in that folder would, and hashes it.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function resolveModule(module: string, baseDirectory: string): MethodModule {
  try {
    const file = createRequire(join(baseDirectory, 'method')).resolve(module);
    return { file, sha256: hashOf(file) };
  } catch (cause) {
    throw new Mu2NetError(
      'METHOD_UNKNOWN',
      `no method module ${module} in ${baseDirectory}; correct method.module`,
      { file: module, cause },
    );
  }
}

function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch (cause) {
    throw new Mu2NetError(
      'METHOD_UNKNOWN',
      `method module ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}); put the module back where it was when the run began`,
      { file, cause },
    );
  }
}

/**
 * Checks that the module of a method is still the one that the experiment began with, so that the
 * rest of a run is grown as its beginning was. Does not run the module.
 * @throws Mu2NetError METHOD_CHANGED, METHOD_UNKNOWN, METHOD_UNVERIFIED
 */
export function checkMethod({ module }: Method): void {
  if (module === null) return;
  const { file, sha256 } = module;
  if (sha256 === null) {
    throw new Mu2NetError(
      'METHOD_UNVERIFIED',
      `the record has no hash of its method module ${file}, so nobody can tell whether the file is the same; to use the file as it is now, go on with a branch that has '--set method.sha256=null'`,
      { file },
    );
  }
  if (hashOf(file) === sha256) return;
  throw new Mu2NetError(
    'METHOD_CHANGED',
    `method module ${file} has changed since the run began (sha256 ${sha256.slice(0, 12)}…); put it back, or go on with the changed module on a branch with '--set method.sha256=null'`,
    { file },
  );
}

/**
 * The methods that a module defines, and those of this package. Runs the module.
 *
 * @param module null: none
 * @throws Mu2NetError METHOD_UNKNOWN when the module is missing, fails to load, or defines none
 */
export function methodsOf(module: MethodModule | null): readonly MethodDefinition[] {
  if (module === null) return METHODS;
  const { file } = module;
  const own = Object.values(loadModule(file)).filter(isDefinition);
  if (own.length > 0) return [...own, ...METHODS];
  throw new Mu2NetError(
    'METHOD_UNKNOWN',
    `${file} exports no method; export the result of mu2net's defineMethod({ name, … })`,
    { file },
  );
}

function loadModule(file: string): Readonly<Record<string, unknown>> {
  try {
    return createRequire(import.meta.url)(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'MODULE_NOT_FOUND'
        ? 'a file is missing; put the module back where it was when the run began'
        : String(message);
    const [line] = reason.split('\n');
    throw new Mu2NetError('METHOD_UNKNOWN', `method module ${file} does not load: ${line}`, {
      file,
      cause,
    });
  }
}

function isDefinition(value: unknown): value is MethodDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, policies, parameters } = value as Partial<MethodDefinition>;
  return (
    typeof name === 'string' &&
    typeof parameters === 'object' &&
    POLICIES.every((policy) => typeof policies?.[policy] === 'function')
  );
}

/**
 * The method of an experiment, ready to evolve. Runs its module, if that has not changed.
 * @throws Mu2NetError METHOD_CHANGED, METHOD_UNKNOWN, METHOD_UNVERIFIED
 */
export function methodOf(method: Method): ResolvedMethod {
  checkMethod(method);
  return resolveMethod(method, methodsOf(method.module));
}
