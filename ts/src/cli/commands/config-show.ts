import { Argument } from 'commander';
import { showExperiment } from '../../config/index.js';
import type { Overrides } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { print } from '../shell/output.js';

interface Options {
  readonly set: Overrides;
}

export const configShow = defineCommand<[config: string], Options>({
  name: 'show',
  description: 'show the complete configuration, with every default and its meaning',
  arguments: [new Argument('<config>', 'YAML file')],
  options: [SET_OPTION],
  run([file], { set, json }) {
    const experiment = readExperiment(file, { set, dataMustExist: false });
    print(showExperiment(experiment, json ? 'json' : 'yaml').trimEnd());
  },
});
