import { methodOf } from '../../config/index.js';
import { iterationsOf, visitOf } from '../../domain/experiment.js';
import type { System } from '../../domain/system.js';
import type { Task } from '../../domain/task.js';
import {
  endIteration,
  generationsOf,
  startIteration,
  streamsOf,
  type TaskIteration,
} from '../../evolution/index.js';
import { currentExperiment, recallSystem } from '../../state/record/recall.js';
import { inSpan } from '../traced-pool.js';
import { collect } from './collect.js';
import { commitGeneration } from './commit.js';
import type { RunContext } from './context.js';
import { countFlops } from './count-flops.js';
import type { Evolution } from './evolution.js';
import { measureGeneration } from './measure.js';
import { proposeGeneration } from './propose.js';
import { recordScores } from './record-scores.js';
import { testRetained } from './test-retained.js';

/**
 * Grows the system from the current state of its record to the end of its experiment (method §2):
 * runs all task iterations in order and tests the retained paths. The result is a function of
 * (experiment, data); it does not depend on workers, interruptions or the order of children.
 *
 * @throws Mu2NetError errors of the pool, or NO_SURVIVOR; the run can then be resumed.
 */
export async function grow(context: RunContext): Promise<System> {
  const { ledger } = context;
  const { experiment, firstIteration } = currentExperiment(ledger);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const method = methodOf(experiment.method);
  const evolution = { experiment, firstIteration, method, streams: streamsOf(experiment.seed) };
  const end = firstIteration + iterationsOf(experiment);
  let system = recallSystem(ledger);
  for (let index = ledger.iterations().length; ; index++) {
    // Begins with the work after an iteration, because an interruption may have prevented it.
    recordScores(ledger, method);
    await testRetained(system, experiment, context);
    await collect(system, context);
    if (index >= end) return system;
    const { task: spec } = visitOf(experiment, index - firstIteration);
    const task = spec && tasks.get(spec.name);
    if (!task) throw new Error(`the record has no task for iteration ${index}`);
    system = await growTask(system, { index, task }, evolution, context);
  }
}

/** A task iteration to run: its index in the system's history, and its task. */
interface Visit {
  readonly index: number;
  readonly task: Task;
}

/** Runs a task iteration, from its first generation that is not recorded to its end. */
async function growTask(
  start: System,
  visit: Visit,
  evolution: Evolution,
  context: RunContext,
): Promise<System> {
  const { ledger, clock } = context;
  const { method } = evolution;
  const { index, task } = visit;
  let system = await countFlops(start, start.paths.values(), method, context);
  let iteration = resumeIteration(system, visit, evolution, context);
  while (iteration.generation < generationsOf(method)) {
    const { generation } = iteration;
    const [before, current] = [system, iteration];
    ({ system, iteration } = await inSpan(
      context,
      'generation',
      { task: task.name, iteration: index, generation },
      async (within) => {
        const proposal = await proposeGeneration(before, current, evolution, within);
        const measurements = await measureGeneration(proposal.generation, task, evolution, within);
        return commitGeneration(proposal, measurements, evolution, within);
      },
    ));
  }
  const ended = endIteration(system, task.name, method);
  ledger.recordIteration({ id: index, task: task.name, bestPathId: ended.best.path.id }, clock());
  return ended.system;
}

/** Returns the task iteration after its last recorded generation. */
function resumeIteration(
  system: System,
  { index, task: { name, facts } }: Visit,
  { streams }: Evolution,
  { ledger }: RunContext,
): TaskIteration {
  const started = startIteration(
    system,
    { index, task: name, numClasses: facts.numClasses },
    streams,
  );
  const generations = ledger.generations(index);
  const last = generations.at(-1);
  if (!last) return started;
  return { ...started, generation: generations.length, seedPaths: last.seedPaths };
}
