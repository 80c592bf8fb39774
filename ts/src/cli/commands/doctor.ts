import type { Command } from 'commander';
import { plural } from '../../text/format.js';
import { table } from '../../text/table.js';
import { type Check, diagnose } from '../shell/diagnosis.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('is everything there: versions, packages, devices, folders, data')
    .action(async (_own: object, command: Command) => {
      const globals = optionsOf(command);
      const checks = await diagnose(folderOf(globals));
      const problems = checks.filter(({ verdict }) => verdict === 'problem').length;
      if (problems > 0) process.exitCode = 1;
      if (globals.json) return printJson({ ok: problems === 0, checks });
      const verdict = problems === 0 ? 'ready' : `${plural(problems, 'problem')} to solve`;
      print(...checkLines(checks, colorsOf(process.stdout)), '', verdict);
    });
}

function checkLines(checks: readonly Check[], { green, yellow, red }: Colors): readonly string[] {
  const marks = { ok: green('✓'), note: yellow('!'), problem: red('✗') };
  return table(
    [{ title: '' }, { title: '' }, { title: '' }],
    checks.map(({ name, verdict, detail, next }) => [
      marks[verdict],
      name,
      next === null ? detail : `${detail}: ${next}`,
    ]),
  ).slice(1);
}
