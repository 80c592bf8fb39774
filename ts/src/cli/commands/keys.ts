import { defineCommandSet } from '../define-command.js';
import { keysAllow } from './keys/allow.js';
import { keysList } from './keys/list.js';
import { keysNew } from './keys/new.js';
import { keysRevoke } from './keys/revoke.js';
import { keysShow } from './keys/show.js';

export const keys = defineCommandSet({
  name: 'keys',
  group: 'data',
  description: 'make keys for pools, and say which may connect',
  commands: [keysNew, keysShow, keysAllow, keysRevoke, keysList],
});
