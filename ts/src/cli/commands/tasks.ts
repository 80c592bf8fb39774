import { defineCommandSet } from '../define-command.js';
import { tasksDoctor } from './tasks/doctor.js';
import { tasksList } from './tasks/list.js';
import { tasksPrepare } from './tasks/prepare.js';
import { tasksShow } from './tasks/show.js';

export const tasks = defineCommandSet({
  name: 'tasks',
  group: 'data',
  description: 'look at the catalogue of tasks, and prepare their data',
  commands: [tasksList, tasksShow, tasksDoctor, tasksPrepare],
});
