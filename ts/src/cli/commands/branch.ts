import { Argument, Option } from 'commander';
import type { Overrides, Run } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { statusTable } from '../render/status.js';
import { parseNames, parseRunName } from '../shell/arguments.js';
import { SET_OPTION } from '../shell/experiment.js';
import { type Globals, nextCommand } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';
import { screenOf } from '../shell/screen.js';

interface Options {
  readonly at?: string;
  readonly tasks?: readonly string[];
  readonly set: Overrides;
}

export const branch = defineCommand<[run?: string, name?: string], Options>({
  name: 'branch',
  group: 'branch',
  description:
    'create a branch of a run, to try a method or to add tasks; without a name, list branches',
  arguments: [
    new Argument('[run]', 'run, or the branch to continue as run:branch (default: the latest run)'),
    new Argument('[name]', 'name of the new branch').argParser(parseRunName),
  ],
  options: [
    new Option(
      '--at <point>',
      'begin at an earlier point: a learned task, or a number that log shows',
    ),
    new Option('--tasks <names>', 'tasks to learn next, by name: a,b').argParser(parseNames),
    SET_OPTION,
  ],
  async run([given, name], { at, tasks, set, ...globals }) {
    const run = openNamedRun(given, globals);
    if (name === undefined) return listBranches(run, globals);
    const made = await run.branch(name, { at, tasks, set });
    const status = made.status();
    if (globals.json) return printJson(status);
    const next = status.finished
      ? `nothing is left to learn; ${nextCommand(`branch ${status.run} <name> --tasks <names>`, globals)} adds tasks`
      : `${nextCommand(`resume ${status.run}`, globals)} grows it`;
    print(`made ${status.run}; ${next}`);
  },
});

function listBranches(run: Run, globals: Globals): void {
  const branches = run.branches().map((each) => each.status());
  if (globals.json) printJson(branches);
  else print(...statusTable(branches, screenOf(process.stdout)));
}
