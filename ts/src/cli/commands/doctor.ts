import { Argument } from 'commander';
import { findConfig } from '../../installation/shipped-config.js';
import { plural } from '../../text/format.js';
import { fitTable } from '../../text/table.js';
import { defineCommand } from '../define-command.js';
import type { Check } from '../shell/check.js';
import { diagnose, usedEnvironment } from '../shell/diagnosis.js';
import { runsFolderOf } from '../shell/globals.js';
import { runDisposable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { withProgress } from '../shell/progress.js';
import { rootOfConfig } from '../shell/root-check.js';
import { type Screen, screenOf } from '../shell/screen.js';

export const doctor = defineCommand<[config?: string]>({
  name: 'doctor',
  group: 'data',
  description: 'check the installation: versions, packages, devices, folders, data',
  arguments: [new Argument('[config]', 'YAML file, whose root model is named too')],
  async run([config], globals) {
    const rootChecks = config === undefined ? [] : [await rootOfConfig(findConfig(config))];
    const found = await withProgress('checking the installation', globals, () =>
      runDisposable(() => diagnose(runsFolderOf(globals))),
    );
    const checks = [...found, ...rootChecks];
    const problems = checks.filter(({ verdict }) => verdict === 'problem').length;
    if (problems > 0) process.exitCode = 1;
    if (globals.json) {
      return printJson({ ok: problems === 0, environment: usedEnvironment(), checks });
    }
    const verdict = problems === 0 ? 'ready' : `${plural(problems, 'problem')} to solve`;
    print(...checkLines(checks, screenOf(process.stdout)), '', verdict);
  },
});

function checkLines(
  checks: readonly Check[],
  { green, yellow, red, width }: Screen,
): readonly string[] {
  const marks = { ok: green('✓'), note: yellow('!'), problem: red('✗') };
  return fitTable(
    [{ title: '' }, { title: '' }, { title: '', flexible: true }],
    checks.map(({ name, verdict, detail, next }) => [
      marks[verdict],
      name,
      next === null ? detail : `${detail}: ${next}`,
    ]),
    width,
  ).lines;
}
