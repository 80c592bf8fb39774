import { checkModule, methodOf } from '../config/method.js';
import { iterationsOf, visitOf } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import type { Task } from '../domain/task.js';
import {
  endIteration,
  generationsOf,
  startIteration,
  streamsOf,
  type TaskIteration,
} from '../evolution/index.js';
import { currentExperiment, recallSystem } from '../state/recall.js';
import { collect } from './collect.js';
import { commitGeneration } from './commit.js';
import type { RunContext } from './context.js';
import { countFlops } from './count-flops.js';
import type { Evolution } from './evolution.js';
import { measureGeneration } from './measure.js';
import { proposeGeneration } from './propose.js';
import { testRetained } from './test-retained.js';

/**
 * Grows the system to the end of its experiment, from wherever the record stands: every task
 * iteration in order, then the test of each retained path. The result is a function of
 * (experiment, data): not of workers, interruptions or the order in which children finish.
 *
 * @throws Mu2NetError what the pool throws, or NO_SURVIVOR; the record then resumes where it stopped.
 */
export async function grow(context: RunContext): Promise<System> {
  const { ledger } = context;
  const { experiment, firstIteration } = currentExperiment(ledger);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const method = methodOf(experiment.method);
  checkModule(experiment.method.module);
  const evolution = { experiment, firstIteration, method, streams: streamsOf(experiment.seed) };
  const end = firstIteration + iterationsOf(experiment);
  let system = recallSystem(ledger);
  for (let index = ledger.iterations().length; ; index++) {
    // First what follows an ended iteration, because an interruption may have left it undone.
    await testRetained(system, experiment, context);
    await collect(system, context);
    if (index >= end) return system;
    const { task: visited } = visitOf(experiment, index - firstIteration);
    const task = visited && tasks.get(visited.name);
    if (!task) throw new Error(`the record has no task for iteration ${index}`);
    system = await growTask(system, index, task, evolution, context);
  }
}

/** Runs one task iteration, from its first uncommitted generation to its end. */
async function growTask(
  start: System,
  index: number,
  task: Task,
  evolution: Evolution,
  context: RunContext,
): Promise<System> {
  const { ledger, clock } = context;
  const { method } = evolution;
  let system = await countFlops(start, start.paths.values(), method, context);
  let iteration = resumeIteration(system, index, task, evolution, context);
  while (iteration.generation < generationsOf(method)) {
    const proposed = await proposeGeneration(system, iteration, evolution, context);
    const measured = await measureGeneration(proposed.generation, task, evolution, context);
    ({ system, iteration } = commitGeneration(proposed, measured, iteration, evolution, context));
  }
  const ended = endIteration(system, task.name, method);
  ledger.recordIteration(index, task.name, ended.best.path.id, clock());
  return ended.system;
}

/** The task iteration as the record leaves it: after its last committed generation. */
function resumeIteration(
  system: System,
  index: number,
  { name, facts }: Task,
  { streams }: Evolution,
  { ledger }: RunContext,
): TaskIteration {
  const started = startIteration(system, index, name, facts.numClasses, streams);
  const committed = ledger.generations(index);
  const last = committed.at(-1);
  if (!last) return started;
  return { ...started, generation: committed.length, seedPaths: last.seedPaths };
}
