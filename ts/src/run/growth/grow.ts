import { methodOf } from '../../config/index.js';
import type { Component, Digest } from '../../domain/component.js';
import { iterationsOf, visitOf } from '../../domain/experiment.js';
import type { PathId } from '../../domain/path.js';
import type { System } from '../../domain/system.js';
import type { Task } from '../../domain/task.js';
import {
  endIteration,
  generationsOf,
  startIteration,
  streamsOf,
  type TaskIteration,
} from '../../evolution/index.js';
import { digestsOf } from '../../state/record/reach.js';
import {
  bestPaths,
  currentExperiment,
  recallModels,
  recallSystem,
} from '../../state/record/recall.js';
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
  const streams = streamsOf(experiment.seed);
  const evolution = { experiment, tasks, firstIteration, method, streams };
  let system = recallSystem(ledger);
  // Begins with the work after an iteration, because an interruption may have prevented it.
  recordScores(recallModels(ledger), method, ledger);
  await testRetained(bestPaths(ledger), system, evolution, context);
  await collect(ledger.storedDigests(), system, context);
  const end = firstIteration + iterationsOf(experiment);
  for (let index = ledger.iterations().length; index < end; index++) {
    const { task: spec } = visitOf(experiment, index - firstIteration);
    const task = spec && tasks.get(spec.name);
    if (!task) throw new Error(`the record has no task for iteration ${index}`);
    const grown = await growTask(system, { index, task }, evolution, context);
    ({ system } = grown);
    recordScores(system, method, ledger);
    await testRetained([[task.name, grown.best]], system, evolution, context);
    await collect(grown.dropped, system, context);
  }
  return system;
}

/** A task iteration to run: its index in the system's history, and its task. */
interface Visit {
  readonly index: number;
  readonly task: Task;
}

/** The system after a task iteration. */
interface Grown {
  readonly system: System;
  /** The task's best path. */
  readonly best: PathId;
  /** Digests of the components that the system had meanwhile and has no longer, in order. */
  readonly dropped: readonly Digest[];
}

/** Runs a task iteration, from its first generation that is not recorded to its end. */
async function growTask(
  start: System,
  visit: Visit,
  evolution: Evolution,
  context: RunContext,
): Promise<Grown> {
  const { ledger, clock } = context;
  const { method } = evolution;
  const { index, task } = visit;
  let system = await countFlops(start, start.paths.values(), method, context);
  let iteration = resumeIteration(system, visit, evolution, context);
  const trained: Component[] = [];
  while (iteration.generation < generationsOf(method)) {
    const { generation } = iteration;
    const [before, current] = [system, iteration];
    const outcome = await inSpan(
      context,
      'generation',
      { task: task.name, iteration: index, generation },
      async (within) => {
        const proposal = await proposeGeneration(before, current, evolution, within);
        const measured = await measureGeneration(proposal.generation, task, evolution, within);
        return commitGeneration(proposal, measured, evolution, within);
      },
    );
    ({ system, iteration } = outcome);
    for (const { components } of outcome.retained) trained.push(...components);
  }
  const { system: ended, best } = endIteration(system, iteration, method);
  ledger.recordIteration({ id: index, task: task.name, bestPathId: best.path.id }, clock());
  const dropped = [...start.components.values(), ...trained].filter(
    ({ id }) => !ended.components.has(id),
  );
  return { system: ended, best: best.path.id, dropped: [...digestsOf(dropped)].sort() };
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
