import type { Measurement } from '../../../protocol/index.js';
import type { System } from '../domain/system.js';
import {
  type Child,
  type Generation,
  type ChildOutcome,
  type TaskIteration,
  type GenerationOutcome,
  tell,
} from '../evolution/index.js';
import type { GenerationCommit } from '../state/records.js';
import type { RunContext } from './context.js';
import type { Evolution } from './evolution.js';
import type { Proposal } from './propose.js';
import { sampledOf } from './sample-record.js';

/** The system and its task iteration after a generation. */
export interface SystemState {
  readonly system: System;
  readonly iteration: TaskIteration;
}

/** Tells a measured generation to the evolution, and makes what follows durable in one transaction. */
export function commitGeneration(
  { system, generation }: Proposal,
  measurements: readonly Measurement[],
  iteration: TaskIteration,
  { method }: Evolution,
  { ledger, onEvent }: RunContext,
): SystemState {
  const told = tell(system, iteration, generation, measurements.map(outcomeOf), method);
  ledger.recordGeneration(recordOf(generation, iteration, told));
  for (const measurement of measurements) onEvent(childEvent(measurement, iteration, told));
  const { best } = told;
  if (best && told.retained.some(({ path }) => path.id === best.path.id)) {
    const { id, quality } = best.path;
    const { task } = iteration;
    onEvent({ type: 'best', task, path: id, quality: quality ?? 0, score: best.score });
  }
  return told;
}

function outcomeOf(measurement: Measurement): ChildOutcome {
  const { path, qualities } = measurement;
  return {
    path,
    qualities,
    trained: measurement.kind === 'trained' ? (measurement.components as ChildOutcome['trained']) : null,
  };
}

/** What the record keeps of a generation. */
function recordOf(
  { data, seedPaths, children }: Generation,
  { index, task, generation }: TaskIteration,
  { pruned, retained }: GenerationOutcome,
): GenerationCommit {
  const kept = new Set(retained.map(({ path }) => path.id));
  const childRecord = (child: Child) => ({
    path: child.path,
    parent: child.parent,
    task,
    iteration: index,
    generation,
    child: sampledOf(child),
    retained: kept.has(child.path),
  });
  return {
    generation: { iteration: index, generation, data, seedPaths, pruned },
    children: children.map(childRecord),
    paths: retained.map(({ path, score }) => ({ ...path, iteration: index, score })),
    components: retained.flatMap(({ components }) => components),
  };
}

function childEvent(measurement: Measurement, { task }: TaskIteration, { retained }: GenerationOutcome) {
  const { path, qualities } = measurement;
  const kept = retained.find((each) => each.path.id === path);
  return {
    type: 'child',
    task,
    path,
    qualities,
    score: kept?.score ?? null,
    retained: kept !== undefined,
    failure: measurement.kind === 'diverged' ? measurement.reason : null,
    trainSeconds: measurement.kind === 'trained' ? measurement.trainSeconds : 0,
  } as const;
}
