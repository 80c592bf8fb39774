import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { type Method, type MethodModule, POLICIES } from '../domain/experiment.js';
import {
  type ResolvedMethod,
  resolveMethod,
  METHODS,
  type MethodDefinition,
} from '../evolution/index.js';

/**
 * A method's module, which is found as an import in that folder would find it.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function moduleIn(module: string, baseDirectory: string): MethodModule {
  try {
    const file = createRequire(join(baseDirectory, 'method')).resolve(module);
    return { file, sha256: hashOf(file) };
  } catch (cause) {
    throw new Mu2NetError(
      'METHOD_UNKNOWN',
      `no method module ${module} in ${baseDirectory}; correct method.module`,
      { cause },
    );
  }
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * That a module is still the one that an experiment began with: the rest of a run is to be as its
 * beginning.
 * @throws Mu2NetError METHOD_CHANGED
 */
export function checkModule(module: MethodModule | null): void {
  if (module === null) return;
  const { file, sha256 } = module;
  if (sha256 === null || hashOf(file) === sha256) return;
  throw new Mu2NetError(
    'METHOD_CHANGED',
    `method module ${file} is not what the run began with (sha256 ${sha256.slice(0, 12)}…); put it back, or go on with what it is now on a branch with '--set method.sha256=null'`,
  );
}

/**
 * The methods that a module defines, and those of this package.
 *
 * @param module null: none.
 * @throws Mu2NetError METHOD_UNKNOWN when the module is not there, fails, or defines none.
 */
export function methodsOf(module: MethodModule | null): readonly MethodDefinition[] {
  if (module === null) return METHODS;
  const { file } = module;
  const own = Object.values(loaded(file)).filter(isDefinition);
  if (own.length > 0) return [...own, ...METHODS];
  throw new Mu2NetError(
    'METHOD_UNKNOWN',
    `${file} exports no method; export what defineMethod({ name, … }) of mu2net gives`,
  );
}

function loaded(file: string): Readonly<Record<string, unknown>> {
  try {
    return createRequire(import.meta.url)(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === 'MODULE_NOT_FOUND'
        ? 'a file is not there; put the module back where it was when the run began'
        : String(message);
    const [line] = why.split('\n');
    throw new Mu2NetError('METHOD_UNKNOWN', `method module ${file} does not load: ${line}`, {
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
 * The method that an experiment's choices name, ready to evolve.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function methodOf(method: Method): ResolvedMethod {
  return resolveMethod(method, methodsOf(method.module));
}
