import type { System } from '../../domain/system.js';
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
} from '../../state/record/records.js';
import type { RunContext } from './context.js';
import type { Evolution } from './evolution.js';
import type { Proposal } from './propose.js';

/** A system and its task iteration after a generation. */
export interface SystemState {
  readonly system: System;
  readonly iteration: TaskIteration;
}

/** Applies a measured generation to the system, records the result and emits the events. */
export function commitGeneration(
  { system, iteration, generation }: Proposal,
  measurements: readonly MeasurementRecord[],
  { method }: Evolution,
  { ledger, emit }: RunContext,
): SystemState {
  const outcome = tell(
    system,
    iteration,
    { generation, outcomes: measurements.map(outcomeOf) },
    method,
  );
  ledger.recordGeneration(recordOf(generation, iteration, outcome));
  for (const measurement of measurements) {
    const worker = ledger.workerOf(measurement.pathId);
    emit({ ...childEvent(measurement, iteration, outcome), worker });
  }
  const { best } = outcome;
  if (best && outcome.retained.some(({ path }) => path.id === best.path.id)) {
    const { id, quality } = best.path;
    const { task } = iteration;
    emit({ type: 'best', task, pathId: id, quality: quality ?? 0, score: best.score });
  }
  return outcome;
}

function outcomeOf({ pathId, qualities, components }: MeasurementRecord): ChildOutcome {
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
  { task }: TaskIteration,
  { retained }: GenerationOutcome,
) {
  const { pathId, qualities } = measurement;
  const scored = retained.find((each) => each.path.id === pathId);
  return {
    type: 'child',
    task,
    pathId,
    qualities,
    score: scored?.score ?? null,
    retained: scored !== undefined,
    failure: measurement.kind === 'diverged' ? measurement.reason : null,
    trainSeconds: measurement.kind === 'trained' ? measurement.trainSeconds : 0,
  } as const;
}
