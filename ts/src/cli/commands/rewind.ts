import { Argument, Option } from 'commander';
import { rewindBranch } from '../../branches/rewind.js';
import { openRun } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { nextCommand } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';

interface Options {
  readonly to: string;
}

export const rewind = defineCommand<[run: string], Options>({
  name: 'rewind',
  group: 'branch',
  description: 'continue a branch from an earlier point, for example before forged results',
  arguments: [new Argument('<run>', 'run, or run:branch')],
  options: [
    new Option(
      '--to <point>',
      'the point: a learned task, or a number that log shows, such as 3 or 3.2',
    ).makeOptionMandatory(),
  ],
  run([given], { to, ...globals }) {
    const run = openNamedRun(given, globals);
    const { directory, branchName } = run;
    const before = rewindBranch({ directory, branch: branchName }, to);
    const kept = openRun(directory, { branch: before }).name;
    if (globals.json) return printJson({ ...run.status(), kept });
    print(
      `${run.name} continues from ${to}; ${nextCommand(`resume ${run.name}`, globals)} grows it`,
      `what it was before is ${kept}; ${nextCommand(`drop ${kept}`, globals)} gives that up`,
    );
  },
});
