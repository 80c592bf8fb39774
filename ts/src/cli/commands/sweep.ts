import { defineCommandSet } from '../define-command.js';
import { sweepRun } from './sweep/run.js';
import { sweepShow } from './sweep/show.js';

export const sweep = defineCommandSet({
  name: 'sweep',
  group: 'grow',
  description: 'run several settings with several seeds, and compare them',
  commands: [sweepRun, sweepShow],
});
