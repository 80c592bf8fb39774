import { grow, type Overrides } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { nextCommand } from '../shell/globals.js';
import { showGrowth } from '../shell/growth.js';
import { setUpWithProgress } from '../shell/set-up.js';

interface Options {
  readonly set: Overrides;
}

export const demo = defineCommand<[], Options>({
  name: 'demo',
  group: 'grow',
  description: 'set up what is missing, then grow a small system: two tasks, about a minute',
  options: [SET_OPTION],
  async run(_, { set, ...globals }) {
    await setUpWithProgress({}, globals);
    const experiment = readExperiment('demo', { set });
    await showGrowth(globals, (options) => grow(experiment, options), [
      [nextCommand('run quickstart', globals), 'a larger system, in about two minutes'],
      [nextCommand('--help', globals), 'all commands'],
    ]);
  },
});
