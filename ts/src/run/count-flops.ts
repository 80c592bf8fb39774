import { componentNames } from '../domain/component.js';
import { structureOf } from '../domain/flops.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { System } from '../domain/system.js';
import type { EvolvingMethod } from '../evolution/index.js';
import { architectureRequest } from '../requests/train.js';
import type { Surroundings } from './context.js';

/**
 * The system with the operations of these paths known, where the score depends on them: those of a
 * structure that is new are asked of a sidecar, once, and recorded (method §5).
 */
export async function counted(
  system: System,
  paths: Iterable<{ readonly hyperparameters: Hyperparameters }>,
  { score }: Pick<EvolvingMethod, 'score'>,
  { ledger, pool, signal }: Surroundings,
): Promise<System> {
  if (score.flopsReference === null) return system;
  const flops = new Map(system.flops);
  for (const { hyperparameters } of paths) {
    const structure = structureOf(hyperparameters);
    if (flops.has(structure)) continue;
    const answer = await pool.execute(
      {
        kind: 'flops',
        architecture: architectureRequest(system.architecture, hyperparameters),
        components: [...componentNames(hyperparameters)],
      },
      { ...(signal && { signal }) },
    );
    ledger.addFlops(structure, answer.flops);
    flops.set(structure, answer.flops);
  }
  return flops.size === system.flops.size ? system : { ...system, flops };
}
