import { defineCommandSet } from '../define-command.js';
import { poolAdmit, poolDrain, poolEvict } from './pool-manage.js';
import { poolServe } from './pool-serve.js';
import { poolStatus } from './pool-status.js';

export const pool = defineCommandSet({
  name: 'pool',
  group: 'pool',
  description: 'share workers of several machines between several runs',
  commands: [poolServe, poolStatus, poolDrain, poolEvict, poolAdmit],
});
