/**
 * mu2net grows one multitask vision system by evolution.
 *
 * @example
 * import { defineExperiment, grow } from 'mu2net';
 *
 * const run = await grow(defineExperiment({ name: 'first', tasks: ['mnist', 'digits'] }));
 * console.table(run.leaderboard().rows);
 *
 * @module
 */

export type {
  Measurement,
  PoolMessage,
  PoolMessageOf,
  Priority,
  Request,
  RequestKind,
  RequestOf,
  Result,
  ResultOf,
  StoreAnswer,
  StoreAsk,
  WorkContext,
  WorkerMessage,
  WorkerMessageOf,
} from '../../protocol/index.js';
export {
  type DefineExperimentOptions,
  defineExperiment,
  type ExperimentOptions,
  type LoadExperimentOptions,
  loadExperiment,
} from './api/experiment.js';
export type { FollowOptions, RecordedEvent } from './api/follow.js';
export { grow } from './api/grow.js';
export { importPublished } from './api/import-published.js';
export {
  type LatestRun,
  type LatestRunOptions,
  latestRun,
  type UnreadableRun,
} from './api/latest-run.js';
export { type ListRunsOptions, listRuns, type OpenRunOptions, openRun } from './api/open-run.js';
export { bringUpPool, readPoolLogs, surveyPool, takeDownPool } from './api/pool.js';
export type { RecordedRun } from './api/recorded-run.js';
export type { Run } from './api/run.js';
export { type SimulateOptions, simulate } from './api/simulate.js';
export { type RunSummary, surveyRuns } from './api/survey-runs.js';
export { compareSweeps, type SweepOptions, sweep, sweepSummary } from './api/sweep.js';
export { unarchive } from './api/unarchive.js';
export type { UnarchiveOptions } from './archive/read-archive.js';
export type { Archive, ArchiveOptions, ArchiveProgress } from './archive/write-archive.js';
export type { Adoption, AdoptOptions } from './branches/adopt.js';
export type { BranchOptions } from './branches/branch.js';
export type { Garbage, GarbageOptions, GarbageReport } from './branches/collect-garbage.js';
export type { RemoveOptions } from './branches/remove-run.js';
export type { ImageFacts, Obtain } from './catalogue/dataset.js';
export {
  type CatalogueTask,
  catalogueTask,
  catalogueTasks,
  PAPER_TASKS,
  type Paper,
  PUBLISHED,
  type PublishedResult,
} from './catalogue/index.js';
export type {
  Benchmark,
  BoxData,
  CatalogueData,
  IdxData,
  Place,
  TfdsData,
} from './catalogue/task.js';
export type {
  ConfigInput,
  LauncherName,
  Overrides,
  PoolInput,
  SkippedTask,
} from './config/index.js';
export type { TaskInput, TasksInput } from './config/schema/tasks.js';
export type { Architecture } from './domain/architecture.js';
export type { Component, ComponentId, ComponentName, Digest } from './domain/component.js';
export { ConfigErrors, type ErrorCode, type ErrorSubject, Mu2NetError } from './domain/errors.js';
export type {
  Experiment,
  Method,
  MethodModule,
  MethodParameters,
  PolicyName,
  RootCheckpoint,
  ScoreRule,
  TaskSpec,
  TrainingLimits,
} from './domain/experiment.js';
export type { Structure } from './domain/flops.js';
export type {
  Action,
  DataHyperparameters,
  HyperparameterName,
  Hyperparameters,
  LearnedProbabilities,
  MutationRanges,
  OptimizerHyperparameters,
  Schedule,
  TunableName,
} from './domain/hyperparameters.js';
export type { Path, PathId } from './domain/path.js';
export type { Offspring, System } from './domain/system.js';
export type {
  DataSource,
  IdxFiles,
  Splits,
  TableSource,
  TaskFacts,
  TaskName,
  TfdsDataset,
  TfdsLabel,
  TfdsSource,
} from './domain/task.js';
export {
  baseline,
  defineMethod,
  type MethodInput,
  mu2net,
  mu2netPlus,
} from './evolution/index.js';
export type {
  ComponentUsers,
  DataChoice,
  MethodDefinition,
  MutationDecision,
  ParentChoice,
  ParentDraw,
  PathCost,
  Policies,
  ScoredPath,
} from './evolution/policies.js';
export type { Stream } from './evolution/streams.js';
export type { LaunchOptions } from './launchers/create.js';
export type { TakeDownOptions } from './launchers/down.js';
export type { LaunchedWorker } from './launchers/launcher.js';
export type { ReadLogsOptions } from './launchers/logs.js';
export type { GroupReport, PoolReport } from './launchers/up.js';
export type { EvaluateOptions, Evaluation } from './models/evaluate.js';
export type { ExamineOptions, ModelExamination, ShownMistake } from './models/examine.js';
export { EXPORT_FORMATS, type ExportFormat, type ExportOptions } from './models/export.js';
export type { Prediction, PredictOptions } from './models/predict.js';
export type { AccuracyPicture } from './pictures/accuracy.js';
export {
  PICTURE_KINDS,
  type PictureData,
  type PictureKind,
  type RunPicture,
} from './pictures/draw.js';
export type { FrameOptions } from './pictures/frame.js';
export { systemSvg } from './pictures/growth.js';
export type { HyperparametersPicture } from './pictures/hyperparameters.js';
export type { LineagePicture } from './pictures/lineage.js';
export type { MutationPicture } from './pictures/mutation.js';
export type { Ground } from './pictures/owner-colours.js';
export { pngOf } from './pictures/png.js';
export type { SharingPicture } from './pictures/sharing.js';
export type { SizePicture } from './pictures/size.js';
export type { PictureTable } from './pictures/table.js';
export type { Theme } from './pictures/theme.js';
export type { ExecuteOptions, Fault, Pool, Progress, Travel, WorkerInfo } from './pool/pool.js';
export type { RemotePoolOptions } from './pool/remote-pool.js';
export type { WorkerNews } from './pool/worker-news.js';
export type { PublishedOptions } from './published/import.js';
export type { Lineage } from './records/lineage.js';
export type { WriteProgress } from './records/python.js';
export type { Cell, ColumnType, RecordColumn, RecordTable } from './records/table.js';
export {
  CHILDREN_FORMATS,
  type ChildrenFormat,
  RECORD_FORMATS,
  type RecordFormat,
  type WriteChildrenOptions,
  type WriteRecordsOptions,
} from './records/write-records.js';
export { RECIPE, type Recipe } from './requests/pretrain.js';
export type { EventStamp, RunEvent, RunEventOf } from './run/events/events.js';
export type { WatchOptions } from './run/events/watch.js';
export {
  type PretrainedRoot,
  type PretrainOptions,
  type PretrainProgress,
  pretrainRoot,
  type RootValidation,
} from './run/pretrain.js';
export type { GrowOptions, ResumeOptions } from './run/session.js';
export type { SimulatedTask, Simulation } from './run/simulate.js';
export type { StopOptions, Stopping } from './run/stop.js';
export type { ServedRequest } from './serving/app.js';
export type { PredictionServer, ServeOptions } from './serving/serve-predictions.js';
export type { EngineOptions } from './sidecar/engine.js';
export { type LocalPoolOptions, openLocalPool } from './sidecar/local.js';
export type { PoolOptions } from './sidecar/with-pool.js';
export type { PoolKeys } from './standing/find-pool.js';
export { type OpenPoolOptions, openPool, type PoolAddress } from './standing/open-pool.js';
export type { PoolSurvey } from './standing/survey.js';
export type { GrowthFailure } from './state/growth.js';
export type { Holder } from './state/lock/holder.js';
export type {
  Beginning,
  ChildComponentRecord,
  Point,
  WorkerRecord,
} from './state/record/records.js';
export { runsFolder } from './state/runs.js';
export type { RunSize } from './state/size.js';
export type { ShownPool } from './studio/read/pool.js';
export { type ServeStudioOptions, type Studio, serveStudio } from './studio/serve.js';
export type { Axes, Setting } from './sweeps/plan.js';
export type { SeedMean } from './sweeps/seed-mean.js';
export type { SweepRun } from './sweeps/series.js';
export type {
  SweepComparison,
  SweepSetting,
  SweepSummary,
  SweepTask,
} from './sweeps/summary.js';
export type { Change } from './views/changes.js';
export type { ChildComponentRow, ChildRow } from './views/children.js';
export type {
  AccuracyDifference,
  ComparedModel,
  ComparedSystem,
  Comparison,
} from './views/compare.js';
export type {
  Amount,
  ComponentDifference,
  DiffModel,
  SystemDifference,
  TaskDifference,
} from './views/diff.js';
export type { Disagreement } from './views/disagreement.js';
export type { Interval, Proportion } from './views/interval.js';
export type { Leaderboard, LeaderboardRow } from './views/leaderboard.js';
export type {
  BegunEntry,
  EntryBase,
  IterationEntry,
  Log,
  LogBranch,
  LogEntry,
} from './views/log.js';
export type { PictureCell, PictureRow, SystemPicture } from './views/picture.js';
export type { AddedParameters } from './views/pictures/added-parameters.js';
export type {
  GenerationSpan,
  HyperparameterHistory,
  HyperparametersHistory,
  ShownValue,
} from './views/pictures/hyperparameter-history.js';
export type { ActionHistory, LearnedMutation } from './views/pictures/learned-mutation.js';
export type { LineageNode } from './views/pictures/lineage.js';
export type { ChildQuality } from './views/pictures/qualities.js';
export type { Sharing } from './views/pictures/sharing.js';
export type { ComparedResult, Report, ReportRow } from './views/report.js';
export type { RunCondition, RunState } from './views/run-state.js';
export type { ModelScore } from './views/scores.js';
export { CHILD_ORDERS, type ChildOrder, type ChildSelection } from './views/select-children.js';
export type { ShownComponent, ShownPath } from './views/show.js';
export type { Status } from './views/status.js';
export type { Mean } from './views/student.js';
