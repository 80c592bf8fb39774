import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import {
  requireCell,
  parseHyperparameters,
  sortForward,
  invalidSystem,
  measurementIn,
  requireInteger,
  type PartNames,
  type PublishedPath,
  type PublishedState,
  type PublishedSystem,
  type Row,
} from './rows.js';

/** Identity of a path among all agents: its agent, a slash, its number there. */
type Key = string;

/** A cycle of an agent: a task iteration, or the making of a root model. */
interface Cycle {
  readonly agent: string;
  readonly task: TaskName;
  /** The path that it ended with. */
  readonly best: Key;
  /** The paths that it made, oldest first. */
  readonly created: readonly Key[];
  /** When its last path was trained, in seconds; 0 for a root model. */
  readonly endedAt: number;
}

/** A path in the states: the cycle that made it, its parent, and its row in the latest state. */
interface ReportedPath {
  readonly cycle: number;
  readonly parent: Key;
  readonly row: Row;
}

/**
 * Reads the system of the agents of mu3Net.ipynb, which work side by side, each in its own cycles. A
 * task iteration is a cycle of an agent; it comes after those whose paths it built on. The record keeps
 * paths that were not retained, too.
 */
export function publishedAgents(
  states: readonly PublishedState[],
  names: PartNames,
): PublishedSystem {
  const reported = new Map<Key, ReportedPath>();
  const cycles = sortCycles(
    states.map((state, at) => readCycle(state, at, reported)),
    reported,
  );
  checkTasks(cycles);
  const living = new Set(new Map(cycles.map(({ agent, best }) => [agent, best])).values());
  const ids = new Map(cycles.flatMap(({ created: own }) => own).map((key, id) => [key, id]));
  const root = cycles.find(({ task }) => isRoot(task));
  const iterations = cycles.filter(({ task }) => !isRoot(task));
  const iterationByKey = new Map(iterations.flatMap(({ created: own }, at) => own.map((key) => [key, at])));
  const paths = [...ids].map(([key, id]): PublishedPath => {
    const { row, parent } = reported.get(key) as ReportedPath;
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
      testQuality: measurementIn(row, 'metrics.test_quality'),
    };
    if (iteration === null) {
      return { ...common, task: null, parent: null, quality: null, score: null };
    }
    return {
      ...common,
      task: requireCell(row, 'task_name'),
      // To the notebook, too, a path that has lost its parent is the root model's.
      parent: ids.get(parent) ?? ids.get(root?.best ?? '') ?? null,
      quality: measurementIn(row, 'metrics.quality'),
      score: measurementIn(row, 'metrics.score'),
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

/** Reads a cycle from a state, and adds its paths to those reported. */
function readCycle(
  { agent: saver, living, sampled }: PublishedState,
  at: number,
  reported: Map<Key, ReportedPath>,
): Cycle {
  const agent = saver ?? '';
  const [best, ...others] = living;
  if (!best || others.length > 0) {
    throw invalidSystem(`${agent} has ${living.length} paths after a cycle in place of one`);
  }
  const rows: Row[] = [];
  let endedAt = 0;
  for (const row of [...sampled, best]) {
    const key = keyOf(agent, row);
    const before = reported.get(key);
    if (!before) rows.push(row);
    // Once a parent has died, its nearest living ancestor stands for it.
    const parent = before?.parent ?? `${row.parent_agent_id}/${requireInteger(row, 'parent_id')}`;
    reported.set(key, { cycle: before?.cycle ?? at, parent, row });
    endedAt = Math.max(endedAt, measurementIn(row, 'metrics.end_time') ?? 0);
  }
  return {
    agent,
    task: requireCell(best, 'task_name'),
    best: keyOf(agent, best),
    created: rows.sort((a, b) => requireInteger(a, 'id') - requireInteger(b, 'id')).map((row) => keyOf(agent, row)),
    endedAt,
  };
}

function keyOf(agent: string, row: Row): Key {
  return `${agent}/${requireInteger(row, 'id')}`;
}

/** Sorts cycles by their end, but each after those that its paths built on, against any clock. */
function sortCycles(
  cycles: readonly Cycle[],
  reported: ReadonlyMap<Key, ReportedPath>,
): readonly Cycle[] {
  const order: Cycle[] = [];
  const visited = new Set<Cycle>();
  const visit = (cycle: Cycle | undefined) => {
    if (!cycle || visited.has(cycle)) return;
    visited.add(cycle);
    const before = cycles[cycles.indexOf(cycle) - 1];
    if (before?.agent === cycle.agent) visit(before);
    for (const key of cycle.created) {
      const parent = reported.get(reported.get(key)?.parent ?? '');
      if (parent) visit(cycles[parent.cycle]);
    }
    order.push(cycle);
  };
  for (const cycle of [...cycles].sort((a, b) => a.endedAt - b.endedAt)) visit(cycle);
  return order;
}

/** A task has one model: two agents that learned the same one are not one system here. */
function checkTasks(cycles: readonly Cycle[]): void {
  const agents = new Map<TaskName, string>();
  for (const { agent, task } of cycles) {
    const other = agents.get(task) ?? agent;
    if (other !== agent) {
      throw invalidSystem(`${other} and ${agent} both learned ${task}, which has one model here`);
    }
    agents.set(task, agent);
  }
}
