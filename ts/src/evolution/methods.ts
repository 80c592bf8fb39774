import { Mu2NetError } from '../domain/errors.js';
import { type Method, type MethodParameters, POLICIES } from '../domain/experiment.js';
import { fixedProbability, learnedProbability, mutateData, mutateDataOfBest } from './mutation.js';
import { populationThenSeedPaths, populationThenUniform, rootModel } from './parent.js';
import type { MethodDefinition, Policies, ResolvedMethod } from './policies.js';
import { keepFittest, parentScore } from './population.js';
import { divideAmongTasks, divideAmongTasksAndRoot, exponentialDecay } from './score.js';

/**
 * µ2Net (arXiv 2205.12755) with the parameters of ti0-cmaterdb (method §7).
 *
 * @example
 * const curious = defineMethod({ name: 'curious', base: mu2net, parameters: { warmupStart: 0.1 } });
 */
export const mu2net: MethodDefinition = {
  name: 'mu2net',
  policies: {
    parent: populationThenSeedPaths,
    data: mutateData,
    mutation: fixedProbability,
    accounting: divideAmongTasks,
    cost: exponentialDecay,
    bar: parentScore,
    survival: keepFittest,
  },
  parameters: {
    maxTaskPopulation: null,
    warmupStart: 0.01,
    normaliseFirst: true,
    score: { base: 1, parametersReference: 1_484_162, flopsReference: null },
  },
};

/** Definition of a new method: another method, and the differences from it. */
export interface MethodInput {
  readonly name: string;
  /** The method that provides everything else; µ2Net by default. */
  readonly base?: MethodDefinition;
  readonly policies?: Partial<Policies>;
  readonly parameters?: Partial<MethodParameters>;
}

/**
 * Defines a method by what differs from another one. A policy is a pure function that draws from the
 * stream it is given, so that a run can be repeated. A configuration names the module that exports
 * the method as `method.module`.
 *
 * @example
 * const tournament = defineMethod({
 *   name: 'tournament',
 *   base: mu2netPlus,
 *   policies: {
 *     parent({ population, seedPaths }, stream) {
 *       const all = [...population.map(({ path }) => path.id), ...seedPaths];
 *       const place = Math.min(stream.index(all.length), stream.index(all.length));
 *       return { parent: all[place], seedPaths };
 *     },
 *   },
 * });
 */
export function defineMethod(input: MethodInput): MethodDefinition {
  const { name, base = mu2net, policies, parameters } = input;
  return Object.freeze({
    name,
    policies: { ...base.policies, ...policies },
    parameters: { ...base.parameters, ...parameters },
  });
}

/**
 * µ2Net+ (arXiv 2209.07326) with the parameters of ti0-cmaterdb (method §7).
 *
 * @example
 * const small = defineMethod({
 *   name: 'small',
 *   base: mu2netPlus,
 *   parameters: { maxTaskPopulation: 2 },
 * });
 */
export const mu2netPlus = defineMethod({
  name: 'mu2net+',
  policies: {
    parent: populationThenUniform,
    data: mutateDataOfBest,
    mutation: learnedProbability,
    accounting: divideAmongTasksAndRoot,
  },
  parameters: {
    maxTaskPopulation: 7,
    warmupStart: 0.001,
    normaliseFirst: false,
    score: { base: 0.99, parametersReference: 1_000_000, flopsReference: 1_000_000 },
  },
});

/**
 * The µ2Net paper's baselines, one model per task: with µ 1 all of the root model is trained, with µ 0
 * what is always cloned and what is new (method §7).
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml', { set: { 'method.name': baseline.name } });
 */
export const baseline = defineMethod({ name: 'baseline', policies: { parent: rootModel } });

/** The methods of this package. */
export const METHODS: readonly MethodDefinition[] = [mu2net, mu2netPlus, baseline];

/**
 * Finds a method by its name.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function findMethod(
  name: string,
  known: readonly MethodDefinition[] = METHODS,
): MethodDefinition {
  const method = known.find((each) => each.name === name);
  if (method) return method;
  const names = known.map((each) => each.name).join(', ');
  throw new Mu2NetError(
    'METHOD_UNKNOWN',
    `method '${name}' is not known; there are ${names}; for your own method, set method.module to its file`,
    { method: name },
  );
}

/**
 * Replaces the policy names of a method by the policies themselves.
 * @throws Mu2NetError METHOD_UNKNOWN
 */
export function resolveMethod(
  method: Method,
  known: readonly MethodDefinition[] = METHODS,
): ResolvedMethod {
  const chosen = POLICIES.map((policy) => {
    const from = findMethod(method.policies[policy] ?? method.name, known);
    return [policy, from.policies[policy]];
  });
  return { ...method, policies: Object.fromEntries(chosen) as Policies };
}
