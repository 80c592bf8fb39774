import { Argument } from 'commander';
import { type CatalogueTask, locateTask, nextSteps } from '../../../catalogue/index.js';
import { count, plural } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { findTask, findTasks, tasksOutsidePapers } from '../../render/tasks.js';
import { type Verdict, verdictLines } from '../../render/verdict.js';
import { colorsOf, print, printJson } from '../../shell/output.js';

export const tasksDoctor = defineCommand<[names: readonly string[]]>({
  name: 'doctor',
  description: 'check that the data of tasks is here; if not, say what to do',
  arguments: [new Argument('[task...]', 'names (default: every task)')],
  run([names], { json }) {
    const tasks =
      names.length > 0 ? names.map(findTask) : [...findTasks({}), ...tasksOutsidePapers()];
    const verdicts = tasks.map(verdictOf);
    const unready = verdicts.filter(({ ready }) => !ready).length;
    // Only a named task must be ready; without names the command is a survey.
    if (names.length > 0 && unready > 0) process.exitCode = 1;
    if (json) return printJson({ ready: unready === 0, tasks: verdicts });
    const sum = `${count(verdicts.length - unready)} of ${plural(verdicts.length, 'task')} ready`;
    print(...verdicts.flatMap((each) => verdictLines(each, colorsOf(process.stdout))), '', sum);
  },
});

function verdictOf(task: CatalogueTask): Verdict {
  const found = locateTask(task);
  const { missing } = found;
  return { task: task.name, ready: missing === null, missing, next: nextSteps(task, found) };
}
