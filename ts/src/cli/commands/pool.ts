import { defineCommandSet } from '../define-command.js';
import { poolDown } from './pool-down.js';
import { poolLogs } from './pool-logs.js';
import { poolUp } from './pool-up.js';

export const pool = defineCommandSet({
  name: 'pool',
  group: 'grow',
  description: 'workers on other machines: start, look at and stop them',
  commands: [poolUp, poolDown, poolLogs],
});
