import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { type Method, POLICIES } from '../domain/experiment.js';
import {
  type EvolvingMethod,
  evolving,
  METHODS,
  type MethodDefinition,
} from '../evolution/index.js';

/**
 * File of a method's module, which is found as an import in that folder would find it.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function moduleFile(module: string, baseDirectory: string): string {
  try {
    return createRequire(join(baseDirectory, 'method')).resolve(module);
  } catch (cause) {
    throw new Mu2NetError(
      'METHOD_UNKNOWN',
      `no method module ${module} in ${baseDirectory}; correct method.module`,
      { cause },
    );
  }
}

/**
 * The methods that a module defines, and those of this package.
 *
 * @param file null: no module.
 * @throws Mu2NetError METHOD_UNKNOWN when the module is not there, fails, or defines none.
 */
export function methodsOf(file: string | null): readonly MethodDefinition[] {
  if (file === null) return METHODS;
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
export function methodOf(method: Method): EvolvingMethod {
  return evolving(method, methodsOf(method.module));
}
