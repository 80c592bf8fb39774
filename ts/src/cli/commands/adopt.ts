import { Argument, Option } from 'commander';
import { openRun } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { parseNames, parseRunName } from '../shell/arguments.js';
import { nextCommand } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';

interface Options {
  readonly tasks?: readonly string[];
  readonly into: string;
}

export const adopt = defineCommand<[branch: string], Options>({
  name: 'adopt',
  group: 'branch',
  description: 'adopt another branch: its whole system and method, or some of its models',
  arguments: [new Argument('<run:branch>', 'the branch to adopt')],
  options: [
    new Option('--tasks <names>', 'adopt only the models of these tasks: a,b').argParser(
      parseNames,
    ),
    new Option('--into <branch>', 'the branch that adopts').argParser(parseRunName).default('main'),
  ],
  async run([branch], { tasks, into, ...globals }) {
    const source = openNamedRun(branch, globals);
    const target = openRun(source.directory, { branch: into });
    const { kept } = await target.adopt(source, { tasks });
    const status = target.status();
    if (globals.json) return printJson({ ...status, kept });
    const adopted = tasks === undefined ? branch : `${tasks.join(', ')} of ${branch}`;
    const next = status.finished ? `leaderboard ${status.run}` : `resume ${status.run}`;
    print(`${status.run} has adopted ${adopted}; ${nextCommand(next, globals)}`);
    if (kept === null) return;
    const before = openRun(source.directory, { branch: kept }).name;
    print(
      `what it was before is ${before}; ${nextCommand(`drop ${before}`, globals)} gives that up`,
    );
  },
});
