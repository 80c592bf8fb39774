import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Argument } from 'commander';
import { loadExperiment } from '../../../config/index.js';
import { Mu2NetError, type TaskName } from '../../../index.js';
import { plural } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { errorsIn, type ReportedError, reportedErrorOf } from '../../shell/failure.js';
import { LOAD_MODULE_OPTION, type ModuleFlags, notRunNote } from '../../shell/module.js';
import { colorsOf, print, printJson } from '../../shell/output.js';

/** Result of checking one configuration file. */
interface Checked {
  readonly file: string;
  /** Tasks whose splits are only chosen when their data is read. */
  readonly openSplits: readonly TaskName[];
  /** The module of the method, if it has one that was not run; else null. */
  readonly moduleNotRun: string | null;
  /** Empty if the configuration is valid. */
  readonly errors: readonly ReportedError[];
}

export const configCheck = defineCommand<[places: readonly string[]], ModuleFlags>({
  name: 'check',
  description: 'check configurations without running them; their data may be absent',
  arguments: [new Argument('<places...>', 'YAML files, or folders of them')],
  options: [LOAD_MODULE_OPTION],
  run([places], { json, loadModule = false }) {
    const checked = places.flatMap((place) => checkPlace(place, loadModule));
    const bad = checked.filter(({ errors }) => errors.length > 0).length;
    if (bad > 0) process.exitCode = 1;
    if (json) return printJson(checked);
    const { green, red } = colorsOf(process.stdout);
    const total = plural(checked.length, 'configuration');
    print(
      ...checked.flatMap((each) =>
        each.errors.length > 0
          ? each.errors.map(({ message }) => `${red('✗')} ${message}`)
          : [`${green('✓')} ${each.file}${noteOf(each)}`],
      ),
      bad > 0 ? `${bad} of ${total} must be corrected` : `${total} in order`,
    );
  },
});

/** Checks a file, or every configuration in a folder; a folder without one is an error. */
function checkPlace(place: string, runModule: boolean): readonly Checked[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  // The loader judges everything except folders, including missing files.
  if (!stat?.isDirectory()) return [check(place, runModule)];
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  if (files.length > 0) return files.map((name) => check(join(place, name), runModule));
  const message = `${place}: no .yaml file in this folder; name another`;
  const error = new Mu2NetError('CONFIG_INVALID', message, { file: place });
  return [{ file: place, openSplits: [], moduleNotRun: null, errors: [reportedErrorOf(error)] }];
}

function check(file: string, runModule: boolean): Checked {
  try {
    const { experiment } = loadExperiment(file, {}, { dataMustExist: false, runModule });
    const { tasks, method } = experiment;
    const open = tasks.filter(({ splits }) => splits === null).map(({ name }) => name);
    const moduleNotRun = runModule ? null : (method.module?.file ?? null);
    return { file, openSplits: open, moduleNotRun, errors: [] };
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    const errors = errorsIn(error).map(reportedErrorOf);
    return { file, openSplits: [], moduleNotRun: null, errors };
  }
}

/** Says what is not known yet of a valid configuration. */
function noteOf({ openSplits, moduleNotRun }: Checked): string {
  const splits =
    openSplits.length === 0
      ? ''
      : `; the splits of ${openSplits.join(', ')} are chosen when the data is read`;
  return moduleNotRun === null ? splits : `${splits}; ${notRunNote(moduleNotRun)}`;
}
