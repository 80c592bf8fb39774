import type { Command } from 'commander';
import type { Overrides } from '../../config/index.js';
import { run } from '../../run/session.js';
import { runName } from '../shell/arguments.js';
import { addSidecarOptions, type SidecarFlags, sidecarOptionsOf } from '../shell/engine.js';
import { loadNoting, setOption } from '../shell/experiment.js';
import { follow } from '../shell/follow.js';
import { optionsOf } from '../shell/globals.js';

interface Options extends SidecarFlags {
  readonly name?: string;
  readonly set: Overrides;
}

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('grow a multitask system as a configuration says')
    .argument('<config>', 'YAML file, for example configs/quickstart.yaml')
    .option('--name <name>', "name of the run (default: the configuration's)", runName);
  addSidecarOptions(command)
    .addOption(setOption())
    .action(async (config: string, _own: Options, command: Command) => {
      const { name, set, ...flags } = optionsOf<Options>(command);
      const { experiment } = loadNoting(config, set);
      await follow(flags, (options) =>
        run(experiment, { ...options, name, ...sidecarOptionsOf(flags) }),
      );
    });
}
