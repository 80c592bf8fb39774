import { visitOf } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import { ask, type Generation, generationsOf, type TaskIteration } from '../evolution/index.js';
import type { RunContext } from './context.js';
import { countFlops } from './count-flops.js';
import type { Evolution } from './evolution.js';

/** A generation to be measured, and the system that it was sampled from. */
export interface Proposal {
  readonly system: System;
  readonly generation: Generation;
}

/** Samples the next generation of a task iteration, and announces it. */
export async function proposeGeneration(
  system: System,
  iteration: TaskIteration,
  evolution: Evolution,
  context: RunContext,
): Promise<Proposal> {
  const { method, streams } = evolution;
  const sampled = ask(system, iteration, method, streams);
  const counted = await countFlops(system, sampled.children, method, context);
  // Asking is pure: the same children again, their quality bars now from recorded operations.
  const generation = counted === system ? sampled : ask(counted, iteration, method, streams);
  announce(generation, iteration, counted, evolution, context);
  return { system: counted, generation };
}

function announce(
  generation: Generation,
  { index, task, generation: nth }: TaskIteration,
  system: System,
  { experiment, firstIteration }: Evolution,
  { onEvent }: RunContext,
): void {
  onEvent({
    type: 'generation',
    task,
    taskIteration: visitOf(experiment, index - firstIteration).round + 1,
    generation: nth + 1,
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
