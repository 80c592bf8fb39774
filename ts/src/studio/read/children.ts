import { Mu2NetError } from '../../domain/errors.js';
import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { Ledger } from '../../state/record/ledger.js';
import { type ChildRow, childOf, childrenOf } from '../../views/children.js';
import type { ChildColumns, HyperparameterValue } from '../documents/children.js';
import { NameColumn, round, roundOrNull } from './columns.js';
import { historyNameOf } from './history.js';

/** Reads the children of a branch from the path `since` on, column by column. */
export function childColumnsOf(ledger: Ledger, run: string, since: PathId = 0): ChildColumns {
  const history = historyNameOf(ledger);
  const tasks = new NameColumn(learnedTasks(ledger));
  const workers = new NameColumn();
  const rows = childrenOf(ledger, since);
  const column = <T>(of: (row: ChildRow) => T): readonly T[] => rows.map(of);
  const task = column((row) => tasks.numberOf(row.task));
  const worker = column((row) => workers.numberOf(row.worker));
  return {
    run,
    history,
    tasks: tasks.names,
    workers: workers.names,
    pathId: column((row) => row.pathId),
    parentId: column((row) => row.parentId),
    task,
    iteration: column((row) => row.iteration),
    generation: column((row) => row.generation),
    qualities: column((row) => row.qualities.map(round)),
    score: column((row) => roundOrNull(row.score)),
    qualityBar: column((row) => roundOrNull(row.qualityBar)),
    retained: column((row) => row.retained),
    failed: column((row) => row.failure !== null),
    trainSeconds: column((row) => Math.round(row.trainSeconds * 1000) / 1000),
    worker,
    parameterCount: column((row) => parametersOf(row)),
    trainedParameterCount: column((row) => parametersOf(row, true)),
    hyperparameters: hyperparameterColumns(rows, since > 0),
  };
}

/**
 * Returns a child in full.
 * @throws Mu2NetError PATH_UNKNOWN
 */
export function readChild(ledger: Ledger, pathId: PathId): ChildRow {
  const child = childOf(ledger, pathId);
  if (child) return child;
  throw new Mu2NetError('PATH_UNKNOWN', `there is no child ${pathId} in this branch`, { pathId });
}

/** Returns the tasks that have a model, in the order of learning, and then those of later children. */
export function learnedTasks(ledger: Ledger): readonly TaskName[] {
  return [...new Set(ledger.iterations().map(({ task }) => task))];
}

function parametersOf({ components }: ChildRow, onlyTrained = false): number {
  return components.reduce(
    (sum, { parameterCount, trained }) => sum + (onlyTrained && !trained ? 0 : parameterCount),
    0,
  );
}

/**
 * The values of each hyperparameter; those that never vary are left out. Children that are added to
 * earlier ones keep all, because they may differ from these.
 */
function hyperparameterColumns(
  rows: readonly ChildRow[],
  all: boolean,
): Readonly<Record<string, readonly HyperparameterValue[]>> {
  const names = new Set(rows.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)));
  const columns = [...names].map((name) => {
    const values = rows.map(({ hyperparameters }) =>
      plainValueOf((hyperparameters as unknown as Readonly<Record<string, unknown>>)[name]),
    );
    return [name, values] as const;
  });
  return Object.fromEntries(
    columns.filter(([, values]) => all || values.some((value) => value !== values[0])),
  );
}

function plainValueOf(value: unknown): HyperparameterValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number(value.toPrecision(6));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
