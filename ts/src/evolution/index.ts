export type { Child, ChildComponent, Origin } from './child.js';
export { changedClassCount, valueOutOfRange } from './continuation.js';
export { ask, type Generation, generationsOf } from './generation.js';
export { endIteration, startIteration, type TaskIteration } from './iteration.js';
export { type Locks, locksDuring, NOT_TRAINABLE } from './locks.js';
export {
  baseline,
  defineMethod,
  resolveMethod,
  METHODS,
  type MethodInput,
  findMethod,
  mu2net,
  mu2netPlus,
} from './methods.js';
export { type ChildOutcome, type GenerationOutcome, tell } from './outcome.js';
export type { ResolvedMethod, MethodDefinition, Policies, ScoredPath } from './policies.js';
export { populationOf } from './population.js';
export { accountedParameters, scoreOf } from './score.js';
export { type Stream, type Streams, streamsOf } from './streams.js';
