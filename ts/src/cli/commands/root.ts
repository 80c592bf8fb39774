import { defineCommandSet } from '../define-command.js';
import { rootFetch } from './root/fetch.js';
import { rootList } from './root/list.js';
import { rootShow } from './root/show.js';

export const root = defineCommandSet({
  name: 'root',
  group: 'data',
  description: 'fetch pretrained root models by name, and look at them',
  commands: [rootList, rootFetch, rootShow],
});
