import { Option } from 'commander';
import type { EngineOptions } from '../../index.js';
import { parseMemoryAmount, parseWholeNumber, parseWorkerCount } from './arguments.js';
import { POOL_OPTIONS, type PoolFlags, poolOf } from './pool.js';

/** Values of the options of a command that starts sidecars. */
export interface SidecarFlags extends EngineOptions, PoolFlags {
  readonly workers?: number | 'auto';
  readonly stuckAfter?: number;
}

const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, `${description}; auto by default`).choices(choices);

/** Options that say how a sidecar computes. */
export const engineOptions = (): readonly Option[] => [
  new Option('--devices <n>', 'devices per sidecar, which share each batch (default: 1)').argParser(
    parseWholeNumber,
  ),
  choice('--precision <formats>', 'number formats of the computation', [
    'auto',
    'float32',
    'bfloat16',
  ]),
  choice('--attention <kernel>', 'implementation of attention', ['auto', 'xla', 'cudnn']),
  choice('--remat <what>', 'activations that a step recomputes to save memory', [
    'auto',
    'none',
    'dots',
    'full',
  ]),
  new Option('--memory <amount>', 'memory to use per device: 50% or 16GB (default: all)').argParser(
    parseMemoryAmount,
  ),
];

/** Options of a command that starts sidecars, or uses those of a standing pool. */
export const SIDECAR_OPTIONS: readonly Option[] = [
  ...POOL_OPTIONS,
  ...[
    new Option(
      '--workers <n>',
      "sidecars on this machine, or 'auto': one per GPU (default: 1)",
    ).argParser(parseWorkerCount),
    ...engineOptions(),
    new Option(
      '--stuck-after <minutes>',
      'replace a sidecar that makes no step for this long (default: 60)',
    ).argParser(parseWholeNumber),
  ].map((option) => option.conflicts('pool')),
];

/** Returns how sidecars compute by the flags of a command. */
export function engineOf({ devices, precision, attention, remat, memory }: SidecarFlags) {
  return { devices, precision, attention, remat, memory };
}

/** Returns the options of the API that a command's flags ask for. */
export function sessionOptionsOf(flags: SidecarFlags) {
  const { workers, stuckAfter } = flags;
  const pool = poolOf(flags);
  return { workers, engine: engineOf(flags), stuckAfterMinutes: stuckAfter, pool };
}
