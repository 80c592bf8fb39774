import { Argument } from 'commander';
import { loadExperiment, showExperiment } from '../../../config/index.js';
import type { Overrides } from '../../../index.js';
import { defineCommand } from '../../define-command.js';
import { noteSkipped, SET_OPTION } from '../../shell/experiment.js';
import { LOAD_MODULE_OPTION, type ModuleFlags, notRunNote } from '../../shell/module.js';
import { note, print } from '../../shell/output.js';

interface Options extends ModuleFlags {
  readonly set: Overrides;
}

export const configShow = defineCommand<[config: string], Options>({
  name: 'show',
  description: 'show the complete configuration, with every default and its meaning',
  arguments: [new Argument('<config>', 'YAML file')],
  options: [SET_OPTION, LOAD_MODULE_OPTION],
  run([file], { set, json, loadModule: runModule = false }) {
    const options = { dataMustExist: false, runModule };
    const { experiment, skipped, leftToModule } = loadExperiment(file, set, options);
    skipped.forEach(noteSkipped);
    const { module } = experiment.method;
    if (module && !runModule) {
      const left = leftToModule.length > 0 ? `, and says what is left out here` : '';
      note(`${notRunNote(module.file)}${left}`);
    }
    print(showExperiment(experiment, json ? 'json' : 'yaml', leftToModule).trimEnd());
  },
});
