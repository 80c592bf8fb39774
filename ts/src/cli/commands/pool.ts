import { defineCommandSet } from '../define-command.js';
import { poolDown } from './pool-down.js';
import { poolLogs } from './pool-logs.js';
import { poolServe } from './pool-serve.js';
import { poolUp } from './pool-up.js';

export const pool = defineCommandSet({
  name: 'pool',
  group: 'pool',
  description: 'share workers of several machines between several runs',
  commands: [poolServe, poolUp, poolDown, poolLogs],
});
