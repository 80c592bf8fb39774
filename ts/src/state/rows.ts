import type { Component, ComponentId } from '../domain/component.js';
import type { Path, PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';

/** A row of the database, as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A root or retained child as recorded, living or not. */
export interface PathRecord extends Path {
  /** Index of the task iteration that retained it; null for a root. */
  readonly iteration: number | null;
  /** Score when it was retained; null for a root. */
  readonly score: number | null;
}

export function json<T>(row: Row, column: string): T {
  return JSON.parse(row[column] as string) as T;
}

export function pathOfRow(row: Row): PathRecord {
  return {
    id: row.id as PathId,
    task: row.task as TaskName | null,
    parent: row.parent as PathId | null,
    hyperparameters: json(row, 'hyperparameters'),
    components: json<ComponentId[]>(row, 'components'),
    quality: row.quality as number | null,
    iteration: row.iteration as number | null,
    score: row.score as number | null,
  };
}

export function componentOfRow(row: Row): Component {
  return {
    id: row.id as ComponentId,
    name: row.name as Component['name'],
    parameters: row.parameters as number,
    params: row.params as string,
    trace: row.trace as string | null,
  };
}
