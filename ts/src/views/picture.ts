import { type ComponentId, type ComponentName, componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Path, PathId } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import { recallModels } from '../state/record/recall.js';
import { type Leaderboard, leaderboard } from './leaderboard.js';

/** A component of a model, and the task whose path created it. */
export interface PictureCell {
  readonly component: ComponentId;
  /** The task that trained the component; null for a component of a root model. */
  readonly owner: TaskName | null;
  readonly parameterCount: number;
  /** Number of tasks' models that use it. */
  readonly users: number;
}

/** A model of the system: a root model or a task's retained path. */
export interface PictureRow {
  readonly pathId: PathId;
  /** null for a root model. */
  readonly task: TaskName | null;
  /** The nearest ancestor that has a row; null for a root model. */
  readonly parentId: PathId | null;
  /** Top-1 on the whole test split, in [0, 1]; null for a root model, and until it is evaluated. */
  readonly testAccuracy: number | null;
  readonly parameterCount: number;
  /** One per column; null if the model has no such component. */
  readonly cells: readonly (PictureCell | null)[];
}

/** The data of a picture of a system: the owner of every component of every model. */
export interface SystemPicture {
  readonly run: string;
  /** Names of the components of the tasks' models, in the order of a forward pass. */
  readonly columns: readonly ComponentName[];
  /** Root models first, then tasks in the order in which they were learned. */
  readonly rows: readonly PictureRow[];
  readonly meanTestAccuracy: number | null;
  /** Parameters of all distinct components that the tasks' models use. */
  readonly systemParameterCount: number;
}

/**
 * Arranges the models of a system as rows, and their components as columns.
 *
 * @param system the root models and each task's retained path.
 * @param tasks the task of every recorded path; null for a root model.
 */
export function systemPicture(
  board: Leaderboard,
  system: System,
  tasks: ReadonlyMap<PathId, TaskName | null>,
): SystemPicture {
  const tested = new Map(board.rows.map((row) => [row.pathId, row.testAccuracy]));
  const roots = [...system.paths.values()].filter(({ task }) => task === null);
  const models = board.rows.flatMap(({ pathId }) => system.paths.get(pathId) ?? []);
  const columns = columnsOf(models.length > 0 ? models : roots);
  const users = new Map<ComponentId, number>();
  for (const id of models.flatMap(({ components }) => components)) {
    users.set(id, (users.get(id) ?? 0) + 1);
  }
  const rows = [...roots, ...models].map((path): PictureRow => {
    const components = componentsOf(path, system);
    const byName = new Map(components.map((component) => [component.name, component]));
    return {
      pathId: path.id,
      task: path.task,
      parentId: path.parentId,
      testAccuracy: tested.get(path.id) ?? null,
      parameterCount: components.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
      cells: columns.map((name): PictureCell | null => {
        const component = byName.get(name);
        if (!component) return null;
        const owner = tasks.get(creatorOf(component.id)) ?? null;
        const { id, parameterCount } = component;
        return { component: id, owner, parameterCount, users: users.get(id) ?? 0 };
      }),
    };
  });
  const { run, meanTestAccuracy, systemParameterCount } = board;
  return { run, columns, rows, meanTestAccuracy, systemParameterCount };
}

/** Keeps the model of a task, its ancestors, and the owners of its components. */
export function pictureOfTask(picture: SystemPicture, task: TaskName): SystemPicture {
  const model = picture.rows.find((row) => row.task === task);
  if (!model) {
    const known = picture.rows.flatMap((row) => row.task ?? []).join(', ') || 'none yet';
    throw new Mu2NetError(
      'PATH_UNKNOWN',
      `'${task}' is not a task with a model in this run; its tasks are: ${known}`,
    );
  }
  const byId = new Map(picture.rows.map((row) => [row.pathId, row]));
  const kept = new Set<PictureRow>();
  for (
    let at: PictureRow | undefined = model;
    at && !kept.has(at);
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  ) {
    kept.add(at);
  }
  const owners = new Set(model.cells.flatMap((cell) => (cell ? [cell.owner] : [])));
  const rows = picture.rows.filter((row) => kept.has(row) || owners.has(row.task));
  return { ...picture, rows, ...figuresOf(rows) };
}

/** Sums up the tasks' models among some rows. */
function figuresOf(
  rows: readonly PictureRow[],
): Pick<SystemPicture, 'meanTestAccuracy' | 'systemParameterCount'> {
  const models = rows.filter(({ task }) => task !== null);
  const tested = models.flatMap(({ testAccuracy }) => testAccuracy ?? []);
  const cells = models.flatMap((row) => row.cells.flatMap((cell) => cell ?? []));
  const counts = new Map(cells.map(({ component, parameterCount }) => [component, parameterCount]));
  const sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b, 0);
  return {
    meanTestAccuracy: tested.length === 0 ? null : sum(tested) / tested.length,
    systemParameterCount: sum(counts.values()),
  };
}

/** Returns the picture of the system that a record holds. */
export function pictureOf(
  ledger: Ledger,
  run: string,
  board = leaderboard(ledger, run),
): SystemPicture {
  return systemPicture(
    board,
    recallModels(ledger),
    new Map(ledger.pathOutlines().map(({ id, task }) => [id, task])),
  );
}

/** Returns the path that created a component, which is the first part of its id. */
function creatorOf(component: ComponentId): PathId {
  return Number(component.slice(0, component.indexOf('/')));
}

/** Returns the names of all components of the paths, in forward order. */
function columnsOf(paths: readonly Path[]): readonly ComponentName[] {
  return componentNames({
    num_layers: Math.max(0, ...paths.map(({ hyperparameters }) => hyperparameters.num_layers)),
    adapter_layers: paths.flatMap(({ hyperparameters }) => hyperparameters.adapter_layers),
  });
}
