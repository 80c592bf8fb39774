/** mu2net: grows one multitask vision system by evolution. */

export { type AdoptOptions, adopt } from './branches/adopt.js';
export { type BranchOptions, branch, drop } from './branches/branch.js';
export { type GarbageReport, gc } from './branches/gc.js';
export {
  type CatalogueTask,
  catalogueTask,
  PAPER_TASKS,
  PUBLISHED,
  type PublishedResult,
} from './catalogue/index.js';
export { changeExperiment, defineExperiment, loadExperiment } from './config/index.js';
export { systemSvg } from './documents/pictures/system-svg.js';
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
  type ScoredPath,
  type Stream,
  type Streams,
} from './evolution/index.js';
export { evaluate } from './models/evaluate.js';
export { type ExportFormat, exportModel } from './models/export.js';
export { type Prediction, type PredictOptions, predict } from './models/predict.js';
export type { Pool } from './pool/pool.js';
export { importPublished, type PublishedOptions } from './published/import.js';
export type { RunEvent } from './run/events.js';
export { type PretrainedRoot, type PretrainOptions, pretrainRoot } from './run/pretrain.js';
export { resume, run, type SessionOptions } from './run/session.js';
export { type Simulation, simulate } from './run/simulate.js';
export type { EngineOptions } from './sidecar/engine.js';
export { type LocalPoolOptions, openLocalPool } from './sidecar/local.js';
export { findRun, listRuns } from './state/runs.js';
export {
  type AccuracyDifference,
  type ComparedModel,
  type Comparison,
  compare,
} from './views/compare.js';
export { diff, type SystemDifference, type TaskDifference } from './views/diff.js';
export { experimentOf } from './views/experiment.js';
export { type Leaderboard, type LeaderboardRow, leaderboardOf } from './views/leaderboard.js';
export { type Log, type LogEntry, logOf } from './views/log.js';
export {
  type PictureCell,
  type PictureRow,
  pictureOf,
  type SystemPicture,
} from './views/picture.js';
export { type Report, type ReportRow, reportOf } from './views/report.js';
export { type ShownComponent, type ShownPath, showOf } from './views/show.js';
export { branchesOf, type Status, statusOf } from './views/status.js';
