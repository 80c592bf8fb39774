import { Mu2NetError } from '../../domain/errors.js';
import type { Method, MethodModule, MethodParameters } from '../../domain/experiment.js';
import { findMethod, mu2net } from '../../evolution/index.js';
import type { ConfigPath, Refuse } from '../errors/refuse.js';
import { methodsOf, resolveModule } from '../method-module.js';
import type { Config } from '../schema/config.js';
import type { BuildContext } from './context.js';

/** Dotted keys that say which method it is. */
export const METHOD_KEYS = ['name', 'module', 'sha256', 'policies'].map((key) => `method.${key}`);

/** A method, and the dotted keys of its parameters that only its module can say. */
interface ConfiguredMethod {
  readonly method: Omit<Method, 'defaults' | 'ranges'>;
  readonly leftToModule: readonly string[];
}

/**
 * The named method; what the configuration says replaces the method's own parameters. The module's
 * hash is checked before the module runs.
 */
export function configuredMethod(
  { method }: Config,
  { refuse, folderOf, runModule }: BuildContext,
): ConfiguredMethod {
  const { name, module: file, sha256, policies, score, ...rest } = method;
  const { maxTaskPopulation, warmupStart, normaliseFirst, ...sizes } = rest;
  const module = refusing(refuse, ['method', 'module'], () =>
    file === null ? null : resolveModule(file, folderOf(['method', 'module'])),
  );
  checkHash(module, sha256, refuse);
  const run = module === null || runModule;
  const parameters = run ? parametersOf({ name, policies, module }, refuse) : mu2net.parameters;
  const given = withoutUndefined({ maxTaskPopulation, warmupStart, normaliseFirst });
  const givenScore = withoutUndefined(score);
  return {
    method: {
      name,
      module,
      policies: withoutUndefined(policies),
      ...sizes,
      ...parameters,
      ...given,
      score: { ...parameters.score, ...givenScore },
    },
    leftToModule: run ? [] : absentKeys(parameters, { ...given, score: givenScore }, 'method'),
  };
}

/** Runs the module, if there is one, and returns the parameters of the named method. */
function parametersOf(
  { name, policies, module }: Pick<Config['method'], 'name' | 'policies'> & Pick<Method, 'module'>,
  refuse: Refuse,
): MethodParameters {
  const known = refusing(refuse, ['method', 'module'], () => methodsOf(module));
  const { parameters } = refusing(refuse, ['method', 'name'], () => findMethod(name, known));
  for (const [policy, other] of Object.entries(policies)) {
    if (other === undefined) continue;
    refusing(refuse, ['method', 'policies', policy], () => findMethod(other, known));
  }
  return parameters;
}

/** The dotted keys of a mapping that another one lacks. */
function absentKeys(all: object, given: object, prefix: string): readonly string[] {
  const values = new Map<string, unknown>(Object.entries(given));
  return Object.entries(all).flatMap(([key, value]) => {
    const path = `${prefix}.${key}`;
    const own = values.get(key);
    if (typeof own === 'object' && own !== null) return absentKeys(value, own, path);
    return values.has(key) ? [] : [path];
  });
}

/** Returns what an action returns; an error of the action is one of the value at a path. */
function refusing<T>(refuse: Refuse, path: ConfigPath, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    const { code, message, subject } = error;
    return refuse(path, message, { code, method: subject.method, cause: error });
  }
}

function checkHash(module: MethodModule | null, sha256: string | null, refuse: Refuse): void {
  if (sha256 === null || module?.sha256 === sha256) return;
  refuse(
    ['method', 'sha256'],
    module
      ? `${module.file} hashes to ${module.sha256}; put back the module that method.sha256 names, or set it to null`
      : 'method.sha256 needs a method.module to check',
  );
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** A mapping without the keys whose value is undefined. */
function withoutUndefined<T extends object>(values: T): Defined<T> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<T>;
}
