import type { Command } from 'commander';
import { type Overrides, showExperiment } from '../../config/index.js';
import { loadNoting, setOption } from '../shell/experiment.js';
import { optionsOf } from '../shell/globals.js';
import { print } from '../shell/output.js';

interface Options {
  readonly set: Overrides;
}

export function addConfigShow(config: Command): void {
  config
    .command('show')
    .description('the complete configuration, every default and its meaning written out')
    .argument('<config>', 'YAML file')
    .addOption(setOption())
    .action((file: string, _own: Options, command: Command) => {
      const { set, json } = optionsOf<Options>(command);
      const { experiment } = loadNoting(file, set, { dataMustExist: false });
      print(showExperiment(experiment, json ? 'json' : 'yaml').trimEnd());
    });
}
