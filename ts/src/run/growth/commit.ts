import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import {
  type Child,
  type ChildComponent,
  type ChildOutcome,
  type Generation,
  type GenerationOutcome,
  type TaskIteration,
  tell,
} from '../../evolution/index.js';
import type {
  ChildComponentRecord,
  ChildRecord,
  GenerationCommit,
  MeasurementRecord,
  RecordedMeasurement,
} from '../../state/record/records.js';
import type { RunContext } from './context.js';
import type { Evolution } from './evolution.js';
import type { Proposal } from './propose.js';

/** Applies a measured generation to the system, records the result and emits the events. */
export function commitGeneration(
  { system, iteration, generation }: Proposal,
  measured: readonly RecordedMeasurement[],
  { method }: Evolution,
  { ledger, emit, onRecorded }: RunContext,
): GenerationOutcome {
  const outcome = tell(
    system,
    iteration,
    { generation, outcomes: measured.map(outcomeOf) },
    method,
  );
  const commit = recordOf(generation, iteration, outcome);
  ledger.recordGeneration(commit);
  onRecorded?.(commit);
  const { task } = iteration;
  const scores = new Map(outcome.retained.map(({ path, score }) => [path.id, score]));
  for (const { measurement, worker } of measured) {
    emit({ ...childEvent(measurement, task, scores), worker });
  }
  const { best } = outcome;
  if (best && scores.has(best.path.id)) {
    const { id, quality } = best.path;
    emit({ type: 'best', task, pathId: id, quality: quality ?? 0, score: best.score });
  }
  return outcome;
}

function outcomeOf({ measurement }: RecordedMeasurement): ChildOutcome {
  const { pathId, qualities, components } = measurement;
  return { pathId, qualities, trained: components };
}

/** Builds the record of a generation. */
function recordOf(
  { data, seedPaths, children }: Generation,
  { index, task, generation }: TaskIteration,
  { pruned, retained }: GenerationOutcome,
): GenerationCommit {
  const retainedIds = new Set(retained.map(({ path }) => path.id));
  const childRecord = (child: Child): ChildRecord => ({
    pathId: child.pathId,
    parentId: child.parentId,
    task,
    iteration: index,
    generation,
    hyperparameters: child.hyperparameters,
    qualityBar: child.qualityBar,
    components: child.components.map(componentRecord),
    retained: retainedIds.has(child.pathId),
  });
  return {
    generation: { iteration: index, generation, data, seedPaths, pruned },
    children: children.map(childRecord),
    paths: retained.map(({ path, score }) => ({ ...path, iteration: index, score })),
    components: retained.flatMap(({ components }) => components),
  };
}

function componentRecord({
  id,
  name,
  parameterCount,
  origin,
}: ChildComponent): ChildComponentRecord {
  const from = origin.kind === 'fresh' ? origin.seed : origin.of.id;
  return { id, name, parameterCount, origin: origin.kind, from };
}

function childEvent(
  measurement: MeasurementRecord,
  task: TaskName,
  scores: ReadonlyMap<PathId, number>,
) {
  const { pathId, qualities } = measurement;
  return {
    type: 'child',
    task,
    pathId,
    qualities,
    score: scores.get(pathId) ?? null,
    retained: scores.has(pathId),
    failure: measurement.kind === 'diverged' ? measurement.reason : null,
    trainSeconds: measurement.kind === 'trained' ? measurement.trainSeconds : 0,
  } as const;
}
