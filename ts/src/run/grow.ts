import type { Measurement } from '../../../protocol/index.js';
import { budgetOf } from '../config/budget.js';
import { checkModule, methodOf } from '../config/method.js';
import { type Experiment, iterationsOf, visitOf } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import type { Task } from '../domain/task.js';
import {
  ask,
  type EvolvingMethod,
  endIteration,
  type Generation,
  generationsOf,
  type Outcome,
  type Streams,
  startIteration,
  streamsOf,
  type TaskIteration,
  tell,
} from '../evolution/index.js';
import { followed, recallSystem } from '../state/recall.js';
import { sampledOf } from '../state/sampled.js';
import { collect } from './collect.js';
import type { Surroundings } from './context.js';
import { counted } from './count-flops.js';
import { testRetained } from './evaluate.js';
import { measure } from './measure.js';

/**
 * Grows the system to the end of its experiment, from wherever the record stands: every task
 * iteration in order, then the test of each retained path. The result is a function of
 * (experiment, data): not of workers, interruptions or the order in which children finish.
 *
 * @throws Mu2NetError what the pool throws, or NO_SURVIVOR; the record then resumes where it stopped.
 */
export async function grow(around: Surroundings): Promise<System> {
  const { ledger } = around;
  const { experiment, firstIteration } = followed(ledger);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const streams = streamsOf(experiment.seed);
  const method = methodOf(experiment.method);
  checkModule(experiment.method.module);
  const end = firstIteration + iterationsOf(experiment);
  let system = recallSystem(ledger);
  for (let index = ledger.iterations().length; ; index++) {
    // First what follows an ended iteration, which an interruption may have left undone.
    await testRetained(system, experiment, around);
    await collect(system, around);
    if (index >= end) return system;
    const { task: visited } = visitOf(experiment, index - firstIteration);
    const task = visited && tasks.get(visited.name);
    if (!task) throw new Error(`the record has no task for iteration ${index}`);
    system = await growTask(system, index, task, experiment, method, streams, around);
  }
}

/** Runs one task iteration from its first uncommitted generation to its end. */
async function growTask(
  start: System,
  index: number,
  task: Task,
  experiment: Experiment,
  method: EvolvingMethod,
  streams: Streams,
  around: Surroundings,
): Promise<System> {
  const { ledger, onEvent, clock } = around;
  const budget = budgetOf(experiment.training, task.facts);
  const committed = ledger.generations(index);
  let system = await counted(start, start.paths.values(), method, around);
  let iteration: TaskIteration = {
    ...startIteration(system, index, task.name, task.facts.numClasses, streams),
    ...(committed.length > 0 && {
      generation: committed.length,
      seedPaths: committed.at(-1)?.seedPaths ?? [],
    }),
  };
  while (iteration.generation < generationsOf(method)) {
    const asked = ask(system, iteration, method, streams);
    const known = await counted(system, asked.children, method, around);
    // Asking is pure: the same children again, their bars now of recorded operations.
    const generation = known === system ? asked : ask(known, iteration, method, streams);
    system = known;
    announce(generation, iteration, system, experiment, around);
    const measurements = await measure(generation, task, budget, experiment, around);
    const told = tell(system, iteration, generation, measurements.map(outcomeOf), method);
    const retained = new Map(told.retained.map((kept) => [kept.path.id, kept]));
    ledger.commitGeneration({
      generation: {
        iteration: index,
        generation: iteration.generation,
        data: generation.data,
        seedPaths: generation.seedPaths,
        pruned: told.pruned,
      },
      children: generation.children.map((child) => ({
        path: child.path,
        parent: child.parent,
        task: task.name,
        iteration: index,
        generation: iteration.generation,
        child: sampledOf(child),
        retained: retained.has(child.path),
      })),
      paths: told.retained.map(({ path, score }) => ({ ...path, iteration: index, score })),
      components: told.retained.flatMap(({ components }) => components),
    });
    for (const measurement of measurements) {
      const { path, qualities } = measurement;
      const kept = retained.get(path);
      onEvent({
        type: 'child',
        task: task.name,
        path,
        qualities,
        score: kept?.score ?? null,
        retained: kept !== undefined,
        failure: measurement.kind === 'diverged' ? measurement.reason : null,
        trainSeconds: measurement.kind === 'trained' ? measurement.trainSeconds : 0,
      });
    }
    ({ system, iteration } = told);
    const { best } = told;
    if (best && retained.has(best.path.id)) {
      const { id, quality } = best.path;
      onEvent({
        type: 'best',
        task: task.name,
        path: id,
        quality: quality ?? 0,
        score: best.score,
      });
    }
  }
  const ended = endIteration(system, task.name, method);
  ledger.endIteration(index, task.name, ended.best.path.id, clock());
  return ended.system;
}

function outcomeOf(measurement: Measurement): Outcome {
  const { path, qualities } = measurement;
  return {
    path,
    qualities,
    trained: measurement.kind === 'trained' ? (measurement.components as Outcome['trained']) : null,
  };
}

function announce(
  generation: Generation,
  iteration: TaskIteration,
  system: System,
  experiment: Experiment,
  { ledger, onEvent }: Surroundings,
): void {
  const { firstIteration } = followed(ledger);
  onEvent({
    type: 'generation',
    task: iteration.task,
    taskIteration: visitOf(experiment, iteration.index - firstIteration).round + 1,
    generation: iteration.generation + 1,
    generations: generationsOf(experiment.method),
    children: generation.children.map(({ path, parent, components }) => ({
      path,
      parent,
      parentTask: system.paths.get(parent)?.task ?? null,
      trainable: components
        .filter(({ origin }) => origin.kind !== 'shared')
        .map(({ name }) => name),
    })),
  });
}
