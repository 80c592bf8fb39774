export { changeExperiment } from './change.js';
export type { LoadedExperiment } from './experiment/build.js';
export type { SkippedTask } from './experiment/tasks.js';
export { defineExperiment, type LoadOptions, loadExperiment, sourcesOf } from './load.js';
export { checkMethod, methodOf } from './method-module.js';
export type { ConfigInput } from './schema/config.js';
export { showExperiment } from './show.js';
export type { Overrides } from './yaml/override.js';
