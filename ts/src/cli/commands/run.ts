import type { Command } from 'commander';
import type { Overrides } from '../../config/index.js';
import { run } from '../../run/session.js';
import { runName, wholeNumber } from '../arguments.js';
import { loadNoting, setOption } from '../experiment.js';
import { follow } from '../follow.js';
import { optionsOf } from '../globals.js';

interface Options {
  readonly name?: string;
  readonly workers?: number;
  readonly set: Overrides;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('grow a multitask system as a configuration says')
    .argument('<config>', 'YAML file, for example configs/quickstart.yaml')
    .option('--name <name>', "name of the run (default: the configuration's)", runName)
    .option('--workers <n>', 'sidecar processes on this machine (default: 1)', wholeNumber)
    .addOption(setOption())
    .action(async (config: string, _own: Options, command: Command) => {
      const { name, workers, set, ...globals } = optionsOf<Options>(command);
      const { experiment } = loadNoting(config, set);
      await follow(globals, (options) => run(experiment, { ...options, name, workers }));
    });
}
