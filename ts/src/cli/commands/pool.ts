import { defineCommandSet } from '../define-command.js';
import { poolDown } from './pool/down.js';
import { poolLogs } from './pool/logs.js';
import { poolAdmit, poolDrain, poolEvict } from './pool/manage.js';
import { poolServe } from './pool/serve.js';
import { poolStatus } from './pool/status.js';
import { poolUp } from './pool/up.js';

export const pool = defineCommandSet({
  name: 'pool',
  group: 'pool',
  description: 'share workers of several machines between several runs',
  commands: [
    ...[poolUp, poolDown, poolLogs, poolServe],
    ...[poolStatus, poolDrain, poolEvict, poolAdmit],
  ],
});
