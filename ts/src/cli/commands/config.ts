import { defineCommandSet } from '../define-command.js';
import { configCheck } from './config/check.js';
import { configShow } from './config/show.js';

export const config = defineCommandSet({
  name: 'config',
  group: 'data',
  description: 'look at configurations without running them',
  commands: [configShow, configCheck],
});
