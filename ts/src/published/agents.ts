import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import {
  invalidSystem,
  optionalNumber,
  type PartNames,
  type PublishedPath,
  type PublishedState,
  type PublishedSystem,
  parseHyperparameters,
  type Row,
  requireCell,
  requireInteger,
  sortForward,
} from './rows.js';

/** Identity of a path among all agents: its agent, a slash, its id there. */
type Key = string;

/** A cycle of an agent: a task iteration, or the creation of a root model. */
interface Cycle {
  readonly agent: string;
  readonly task: TaskName;
  /** The path that the cycle kept. */
  readonly best: Key;
  /** The paths that the cycle created, oldest first. */
  readonly created: readonly Key[];
  /** Time at which its last path was trained, in seconds; 0 for a root model. */
  readonly endedAt: number;
}

/** A path in the states of the agents. */
interface KnownPath {
  /** Index of the state whose cycle created the path. */
  readonly cycle: number;
  /** The path from which it was sampled. */
  readonly parent: Key;
  /** Its row in the latest state. */
  readonly row: Row;
}

/**
 * Rebuilds the system of the agents of mu3Net.ipynb. The agents work at the same time, each in its
 * own cycles. Each cycle becomes a task iteration after the cycles whose paths it used. Paths that
 * were not kept stay in the record.
 * @throws Mu2NetError CHECKPOINT_INVALID
 */
export function publishedAgents(
  states: readonly PublishedState[],
  names: PartNames,
): PublishedSystem {
  const known = new Map<Key, KnownPath>();
  const cycles = orderCycles(
    states.map((state, at) => readCycle(state, at, known)),
    known,
  );
  checkTasks(cycles);
  const living = new Set(new Map(cycles.map(({ agent, best }) => [agent, best])).values());
  const ids = new Map(cycles.flatMap(({ created: own }) => own).map((key, id) => [key, id]));
  const root = cycles.find(({ task }) => isRoot(task));
  const iterations = cycles.filter(({ task }) => !isRoot(task));
  const iterationByKey = new Map(
    iterations.flatMap(({ created: own }, at) => own.map((key) => [key, at])),
  );
  const paths = [...ids].map(([key, id]): PublishedPath => {
    const { row, parent } = known.get(key) as KnownPath;
    const iteration = iterationByKey.get(key) ?? null;
    const hyperparameters = parseHyperparameters(row);
    const common = {
      id,
      hyperparameters,
      parts: sortForward(requireCell(row, 'components').split(','), names, hyperparameters),
      iteration,
      living: living.has(key),
      retained: row['metrics.improved'] !== 'False',
      isPrivate: false,
      testQuality: optionalNumber(row, 'metrics.test_quality'),
    };
    if (iteration === null) {
      return { ...common, task: null, parentId: null, quality: null, score: null };
    }
    return {
      ...common,
      task: requireCell(row, 'task_name'),
      // As in the notebook, a path whose parent is missing becomes a child of the root model.
      parentId: ids.get(parent) ?? ids.get(root?.best ?? '') ?? null,
      quality: optionalNumber(row, 'metrics.quality'),
      score: optionalNumber(row, 'metrics.score'),
    };
  });
  return {
    paths,
    iterations: iterations.map(({ task, best }) => ({ task, best: ids.get(best) as PathId })),
  };
}

function isRoot(task: TaskName): boolean {
  return task.startsWith('root_model/');
}

/** Reads the cycle of a state, and adds its paths to `known`. */
function readCycle(
  { agent: saver, living, sampled }: PublishedState,
  at: number,
  known: Map<Key, KnownPath>,
): Cycle {
  const agent = saver ?? '';
  const [best, ...others] = living;
  if (!best || others.length > 0) {
    throw invalidSystem(`${agent} has ${living.length} paths after a cycle instead of one`);
  }
  const rows: Row[] = [];
  let endedAt = 0;
  for (const row of [...sampled, best]) {
    const key = keyOf(agent, row);
    const before = known.get(key);
    if (!before) rows.push(row);
    // Later states may replace a dropped parent by its nearest living ancestor.
    const parent = before?.parent ?? `${row.parent_agent_id}/${requireInteger(row, 'parent_id')}`;
    known.set(key, { cycle: before?.cycle ?? at, parent, row });
    endedAt = Math.max(endedAt, optionalNumber(row, 'metrics.end_time') ?? 0);
  }
  return {
    agent,
    task: requireCell(best, 'task_name'),
    best: keyOf(agent, best),
    created: rows
      .sort((a, b) => requireInteger(a, 'id') - requireInteger(b, 'id'))
      .map((row) => keyOf(agent, row)),
    endedAt,
  };
}

function keyOf(agent: string, row: Row): Key {
  return `${agent}/${requireInteger(row, 'id')}`;
}

/** Orders cycles by their end, but each one after the cycles whose paths it used. */
function orderCycles(
  cycles: readonly Cycle[],
  known: ReadonlyMap<Key, KnownPath>,
): readonly Cycle[] {
  const order: Cycle[] = [];
  const visited = new Set<Cycle>();
  const visit = (cycle: Cycle | undefined) => {
    if (!cycle || visited.has(cycle)) return;
    visited.add(cycle);
    const before = cycles[cycles.indexOf(cycle) - 1];
    if (before?.agent === cycle.agent) visit(before);
    for (const key of cycle.created) {
      const parent = known.get(known.get(key)?.parent ?? '');
      if (parent) visit(cycles[parent.cycle]);
    }
    order.push(cycle);
  };
  for (const cycle of [...cycles].sort((a, b) => a.endedAt - b.endedAt)) visit(cycle);
  return order;
}

/** Checks that no two agents learned the same task, because a task has only one model. */
function checkTasks(cycles: readonly Cycle[]): void {
  const agents = new Map<TaskName, string>();
  for (const { agent, task } of cycles) {
    const other = agents.get(task) ?? agent;
    if (other !== agent) {
      throw invalidSystem(
        `${other} and ${agent} both learned ${task}, but a task can have only one model`,
      );
    }
    agents.set(task, agent);
  }
}
