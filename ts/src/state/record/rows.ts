import type { Component, ComponentId } from '../../domain/component.js';
import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { Row } from './connection.js';
import type {
  ChildRecord,
  EvaluationRecord,
  ExperimentRecord,
  MeasurementRecord,
  PathRecord,
} from './records.js';
import { readJson } from './stored.js';
import { beginningOf, measurementOf, sampledFieldsOf } from './stored-names.js';

/** Reads an experiment from its row. */
export function experimentOfRow(row: Row): ExperimentRecord {
  return {
    id: row.id as number,
    base: row.base as number | null,
    point: {
      iteration: row.iteration as number,
      generation: row.generation as number,
      nextPathId: row.path as PathId,
    },
    beginning: beginningOf(readJson(row, 'beginning')),
    experiment: readJson(row, 'experiment'),
    firstIteration: row.first_iteration as number,
    createdAt: row.created_at as string,
  };
}

/** Reads a root or a retained child from its row. */
export function pathOfRow(row: Row): PathRecord {
  return {
    id: row.id as PathId,
    task: row.task as TaskName | null,
    parentId: row.parent as PathId | null,
    hyperparameters: readJson(row, 'hyperparameters'),
    components: readJson(row, 'components'),
    quality: row.quality as number | null,
    iteration: row.iteration as number | null,
    score: row.score as number | null,
  };
}

/** Reads a component from its row. */
export function componentOfRow(row: Row): Component {
  return {
    id: row.id as ComponentId,
    name: row.name as Component['name'],
    parameterCount: row.parameters as number,
    paramsDigest: row.params as string,
    traceDigest: row.trace as string | null,
  };
}

/** Reads an evaluation from its row. */
export function evaluationOfRow(row: Row): EvaluationRecord {
  return {
    pathId: row.path as PathId,
    split: row.split as EvaluationRecord['split'],
    correct: row.correct as number,
    total: row.total as number,
    outcomes: row.outcomes === null ? null : new Uint8Array(row.outcomes as ArrayBuffer),
  };
}

/** Reads a sampled child from its row. */
export function childOfRow(row: Row): ChildRecord {
  return {
    pathId: row.path as PathId,
    parentId: row.parent as PathId,
    task: row.task as TaskName,
    iteration: row.iteration as number,
    generation: row.generation as number,
    ...sampledFieldsOf(readJson(row, 'child')),
    retained: row.retained === 1,
  };
}

/** Reads a measurement from its row. */
export function measurementOfRow(row: Row): MeasurementRecord {
  return measurementOf(readJson(row, 'measurement'));
}
