import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadExperiment } from '../../config/index.js';
import { Mu2NetError } from '../../domain/errors.js';
import type { TaskName } from '../../domain/task.js';
import { plural } from '../../text/format.js';
import { failureOf } from '../shell/failure.js';
import { optionsOf } from '../shell/globals.js';
import { colorsOf, print, printJson } from '../shell/output.js';

/** Verdict on one configuration file; `error` is null for a good one. */
interface Checked {
  readonly file: string;
  /** Tasks whose splits are chosen when their data is read. */
  readonly openSplits: readonly TaskName[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

export function addConfigCheck(config: Command): void {
  config
    .command('check')
    .description('check configurations without running them; their data need not be there')
    .argument('<places...>', 'YAML files, and folders of them')
    .action((places: readonly string[], _own: object, command: Command) => {
      const checked = places.flatMap(filesIn).map(check);
      const bad = checked.filter(({ error }) => error !== null).length;
      if (bad > 0) process.exitCode = 1;
      if (optionsOf(command).json) return printJson(checked);
      const { green, red } = colorsOf(process.stdout);
      const total = plural(checked.length, 'configuration');
      print(
        ...checked.map(({ file, error, openSplits }) =>
          error ? `${red('✗')} ${error.message}` : `${green('✓')} ${file}${noteOn(openSplits)}`,
        ),
        bad > 0 ? `${bad} of ${total} must be corrected` : `${total} in order`,
      );
    });
}

function filesIn(place: string): readonly string[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  // What is no folder is left for the loader to judge, a missing file too.
  if (!stat?.isDirectory()) return [place];
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(place, name));
  if (files.length > 0) return files;
  throw new Mu2NetError('CONFIG_INVALID', `${place}: no .yaml file in this folder; name another`);
}

function check(file: string): Checked {
  try {
    const { experiment } = loadExperiment(file, {}, { dataMustExist: false });
    const open = experiment.tasks.filter(({ splits }) => splits === null);
    return { file, openSplits: open.map(({ name }) => name), error: null };
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    const { code, message } = failureOf(error);
    return { file, openSplits: [], error: { code, message } };
  }
}

/** Says which tasks get their splits only when they run. */
function noteOn(openSplits: readonly TaskName[]): string {
  if (openSplits.length === 0) return '';
  return `; the splits of ${openSplits.join(', ')} are chosen when the data is read`;
}
