import { visitOf } from '../../domain/experiment.js';
import type { System } from '../../domain/system.js';
import { ask, type Generation, generationsOf, type TaskIteration } from '../../evolution/index.js';
import type { RunContext } from './context.js';
import { countFlops } from './count-flops.js';
import type { Evolution } from './evolution.js';

/** A sampled generation, with its task iteration and the system that it was sampled from. */
export interface Proposal {
  readonly system: System;
  readonly iteration: TaskIteration;
  readonly generation: Generation;
}

/** Samples the next generation of a task iteration and emits its event (method §2.2). */
export async function proposeGeneration(
  system: System,
  iteration: TaskIteration,
  evolution: Evolution,
  context: RunContext,
): Promise<Proposal> {
  const { method, streams } = evolution;
  const sampled = ask(system, iteration, method, streams);
  const known = await countFlops(system, sampled.children, method, context);
  // `ask` is pure: it returns the same children, now with quality bars from recorded operations.
  const generation = known === system ? sampled : ask(known, iteration, method, streams);
  const proposal = { system: known, iteration, generation };
  announce(proposal, evolution, context);
  return proposal;
}

function announce(
  { system, iteration, generation }: Proposal,
  { experiment, firstIteration }: Evolution,
  { emit }: RunContext,
): void {
  const { index, task, generation: nth } = iteration;
  emit({
    type: 'generation',
    task,
    taskIteration: visitOf(experiment, index - firstIteration).round + 1,
    generation: nth + 1,
    generations: generationsOf(experiment.method),
    children: generation.children.map(({ pathId, parentId, components }) => ({
      pathId,
      parentId,
      parentTask: system.paths.get(parentId)?.task ?? null,
      trainable: components
        .filter(({ origin }) => origin.kind !== 'shared')
        .map(({ name }) => name),
    })),
  });
}
