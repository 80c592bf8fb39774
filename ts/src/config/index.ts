export { budgetOf } from '../domain/budget.js';
export { changedExperiment } from './change.js';
export type { LoadedExperiment } from './experiment.js';
export {
  defineExperiment,
  type LoadOptions,
  loadExperiment,
  type Overrides,
  sourcesOf,
} from './load.js';
export { checkModule, methodOf } from './method.js';
export type { ConfigInput } from './schema.js';
export { showExperiment } from './show.js';
export type { SkippedTask } from './task-spec.js';
