import { structureOf } from '../../domain/flops.js';
import type { Hyperparameters } from '../../domain/hyperparameters.js';
import type { System } from '../../domain/system.js';
import type { ResolvedMethod } from '../../evolution/index.js';
import { flopsRequest } from '../../requests/flops.js';
import type { RunContext } from './context.js';

/**
 * Counts the operations of paths if the score depends on them (method §5). A sidecar counts each
 * new structure once, and the ledger records it. Returns the system with the counts.
 */
export async function countFlops(
  system: System,
  paths: Iterable<{ readonly hyperparameters: Hyperparameters }>,
  { score }: Pick<ResolvedMethod, 'score'>,
  { ledger, pool }: Pick<RunContext, 'ledger' | 'pool'>,
): Promise<System> {
  if (score.flopsReference === null) return system;
  const flops = new Map(system.flops);
  for (const { hyperparameters } of paths) {
    const structure = structureOf(hyperparameters);
    if (flops.has(structure)) continue;
    const request = flopsRequest(system.architecture, hyperparameters);
    const answer = await pool.execute(request);
    ledger.recordFlops(structure, answer.flops);
    flops.set(structure, answer.flops);
  }
  return flops.size === system.flops.size ? system : { ...system, flops };
}
