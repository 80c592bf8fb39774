/** mu2net: grows one multitask vision system by evolution. */
export {
  type CatalogueTask,
  catalogueTask,
  PAPER_TASKS,
  PUBLISHED,
  type PublishedResult,
} from './catalogue/index.js';
export { changedExperiment, defineExperiment, loadExperiment } from './config/index.js';
export { systemSvg } from './documents/system-svg.js';
export { type ErrorCode, Mu2NetError } from './domain/errors.js';
export type { Experiment } from './domain/experiment.js';
export type { Action, Hyperparameters, MutationRanges } from './domain/hyperparameters.js';
export {
  baseline,
  defineMethod,
  type MethodDefinition,
  type MethodInput,
  mu2net,
  mu2netPlus,
  type Policies,
  type Scored,
  type Stream,
  type Streams,
} from './evolution/index.js';
export type { Pool } from './pool/pool.js';
export { type AdoptOptions, adopt } from './run/adopt.js';
export { type BranchOptions, branch, branchesOf, drop } from './run/branch.js';
export {
  type AccuracyDifference,
  type ComparedModel,
  type Comparison,
  compare,
} from './run/compare.js';
export { diff, type SystemDifference, type TaskDifference } from './run/diff.js';
export { evaluate } from './run/evaluate.js';
export type { RunEvent } from './run/events.js';
export { experimentOf } from './run/experiment.js';
export { type ExportFormat, exportModel } from './run/export.js';
export { type GarbageReport, gc } from './run/gc.js';
export { type Leaderboard, type LeaderboardRow, leaderboardOf } from './run/leaderboard.js';
export { type Log, type LogEntry, logOf } from './run/log.js';
export { type Prediction, type PredictOptions, predict } from './run/predict.js';
export { type PretrainedRoot, type PretrainOptions, pretrainRoot } from './run/pretrain.js';
export { importPublished, type PublishedOptions } from './run/published.js';
export { type Report, type ReportRow, reportOf } from './run/report.js';
export { resume, run, type SessionOptions } from './run/session.js';
export { type ShownComponent, type ShownPath, showOf } from './run/show.js';
export { type Simulation, simulate } from './run/simulate.js';
export { type Status, statusOf } from './run/status.js';
export type { EngineOptions } from './sidecar/engine.js';
export { type LocalPoolOptions, openLocalPool } from './sidecar/local.js';
export { findRun, listRuns } from './state/runs.js';
export {
  type PictureCell,
  type PictureRow,
  pictureOf,
  type SystemPicture,
} from './views/picture.js';
