import { defineCommandSet } from '../define-command.js';
import { poolServe } from './pool-serve.js';

export const pool = defineCommandSet({
  name: 'pool',
  group: 'pool',
  description: 'share workers of several machines between several runs',
  commands: [poolServe],
});
