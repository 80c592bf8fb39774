import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Argument } from 'commander';
import { loadExperiment, Mu2NetError, type TaskName } from '../../index.js';
import { plural } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { type ReportedError, reportedErrorOf } from '../shell/failure.js';
import { colorsOf, print, printJson } from '../shell/output.js';

/** Result of checking one configuration file; `error` is null if it is valid. */
interface Checked {
  readonly file: string;
  /** Tasks whose splits are only chosen when their data is read. */
  readonly openSplits: readonly TaskName[];
  readonly error: ReportedError | null;
}

export const configCheck = defineCommand<[places: readonly string[]]>({
  name: 'check',
  description: 'check configurations without running them; their data may be absent',
  arguments: [new Argument('<places...>', 'YAML files, or folders of them')],
  run([places], { json }) {
    const checked = places.flatMap(filesIn).map(check);
    const bad = checked.filter(({ error }) => error !== null).length;
    if (bad > 0) process.exitCode = 1;
    if (json) return printJson(checked);
    const { green, red } = colorsOf(process.stdout);
    const total = plural(checked.length, 'configuration');
    print(
      ...checked.map(({ file, error, openSplits }) =>
        error ? `${red('✗')} ${error.message}` : `${green('✓')} ${file}${noteOf(openSplits)}`,
      ),
      bad > 0 ? `${bad} of ${total} must be corrected` : `${total} in order`,
    );
  },
});

function filesIn(place: string): readonly string[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  // The loader judges everything except folders, including missing files.
  if (!stat?.isDirectory()) return [place];
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(place, name));
  if (files.length > 0) return files;
  throw new Mu2NetError('CONFIG_INVALID', `${place}: no .yaml file in this folder; name another`, {
    file: place,
  });
}

function check(file: string): Checked {
  try {
    const { tasks } = loadExperiment(file, { dataMustExist: false });
    const open = tasks.filter(({ splits }) => splits === null);
    return { file, openSplits: open.map(({ name }) => name), error: null };
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    return { file, openSplits: [], error: reportedErrorOf(error) };
  }
}

/** Names the tasks whose splits are chosen only when they run. */
function noteOf(openSplits: readonly TaskName[]): string {
  if (openSplits.length === 0) return '';
  return `; the splits of ${openSplits.join(', ')} are chosen when the data is read`;
}
