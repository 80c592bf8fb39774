import { type Command, Option } from 'commander';
import type { EngineOptions } from '../../sidecar/engine.js';
import { memoryAmount, wholeNumber, workerCount } from './arguments.js';

/** Options of a command that starts sidecars. */
export interface SidecarFlags extends EngineOptions {
  readonly workers?: number | 'auto';
}

/** Adds them to a command. */
export function addSidecarOptions(command: Command): Command {
  const choice = (flags: string, description: string, choices: readonly string[]) =>
    new Option(flags, `${description} (default: auto)`).choices(choices);
  return command
    .option(
      '--workers <n>',
      "sidecars on this machine, or 'auto': one per GPU (default: 1)",
      workerCount,
    )
    .option('--devices <n>', 'devices of a sidecar that share each batch (default: 1)', wholeNumber)
    .addOption(
      choice('--precision <formats>', 'formats to compute in', ['auto', 'float32', 'bfloat16']),
    )
    .addOption(
      choice('--attention <kernel>', 'implementation of attention', ['auto', 'xla', 'cudnn']),
    )
    .addOption(
      choice('--remat <what>', 'what a step computes again to save memory', [
        'auto',
        'none',
        'dots',
        'full',
      ]),
    )
    .option(
      '--memory <amount>',
      'memory of a device to plan with: 50% or 16GB (default: all)',
      memoryAmount,
    );
}

/** The options of a session among a command's. */
export function sidecarOptionsOf(flags: SidecarFlags) {
  const { workers, devices, precision, attention, remat, memory } = flags;
  return { workers, engine: { devices, precision, attention, remat, memory } };
}
