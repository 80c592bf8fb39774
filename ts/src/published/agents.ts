import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import {
  requireCell,
  parseHyperparameters,
  sortForward,
  invalidSystem,
  optionalNumber,
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
  /** When its last path was trained, seconds; 0 for a root model. */
  readonly endedAt: number;
}

/** What is told of a path: the cycle that made it, what it was sampled from, and the rest as it is last told. */
interface KnownPath {
  readonly cycle: number;
  readonly parent: Key;
  readonly row: Row;
}

/**
 * The system of the agents of mu3Net.ipynb, which work side by side, each in cycles of its own. A task
 * iteration is a cycle of an agent; it comes after those whose paths it built on. Of paths that were
 * not kept the record stays.
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
  const iterationByKey = new Map(iterations.flatMap(({ created: own }, at) => own.map((key) => [key, at])));
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
      return { ...common, task: null, parent: null, quality: null, score: null };
    }
    return {
      ...common,
      task: requireCell(row, 'task_name'),
      // To the notebook, too, a path that has lost its parent is the root model's.
      parent: ids.get(parent) ?? ids.get(root?.best ?? '') ?? null,
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

/** Reads a state, and adds to what is told of paths. */
function readCycle(
  { agent: saver, living, sampled }: PublishedState,
  at: number,
  known: Map<Key, KnownPath>,
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
    const before = known.get(key);
    if (!before) rows.push(row);
    // Once a parent has died, its nearest living ancestor stands for it.
    const parent = before?.parent ?? `${row.parent_agent_id}/${requireInteger(row, 'parent_id')}`;
    known.set(key, { cycle: before?.cycle ?? at, parent, row });
    endedAt = Math.max(endedAt, optionalNumber(row, 'metrics.end_time') ?? 0);
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

/** Cycles as they ended, each after those that its paths built on, whatever the agents' clocks say. */
function orderCycles(cycles: readonly Cycle[], known: ReadonlyMap<Key, KnownPath>): readonly Cycle[] {
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
