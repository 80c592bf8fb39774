import { Argument } from 'commander';
import { defineCommand } from '../define-command.js';
import { nextCommand } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';

export const drop = defineCommand<[branch: string]>({
  name: 'drop',
  group: 'branch',
  description: 'drop a branch; its weights stay until gc',
  arguments: [new Argument('<run:branch>', 'the branch to drop')],
  async run([branch], globals) {
    const run = openNamedRun(branch, globals);
    await run.drop();
    const dropped = run.name;
    if (globals.json) return printJson({ dropped });
    const trunk = dropped.slice(0, dropped.lastIndexOf(':'));
    print(`dropped ${dropped}; ${nextCommand(`gc ${trunk}`, globals)} says what that frees`);
  },
});
