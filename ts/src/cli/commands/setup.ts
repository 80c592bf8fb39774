import { InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../../installation/environment.js';
import { EXTRA_NAMES, EXTRAS, type Extra } from '../../installation/extras.js';
import { defineCommand } from '../define-command.js';
import { parseNames } from '../shell/arguments.js';
import { print, printJson } from '../shell/output.js';
import { setUpWithProgress } from '../shell/set-up.js';

interface Options {
  readonly extras: readonly Extra[];
  readonly development: boolean;
}

const EXTRAS_HELP = Object.entries(EXTRAS)
  .map(([name, purpose]) => `${name} (${purpose})`)
  .join(', ');

function parseExtras(text: string): readonly Extra[] {
  const names = parseNames(text);
  const unknown = names.find((name) => !(name in EXTRAS));
  if (unknown === undefined) return names as readonly Extra[];
  throw new InvalidArgumentError(
    `there is no extra '${unknown}'; there are ${EXTRA_NAMES.join(', ')}.`,
  );
}

export const setup = defineCommand<[], Options>({
  name: 'setup',
  group: 'data',
  description: 'make the Python environment: in the cache folder, or in .venv of a clone',
  options: [
    new Option('--extras <names>', `optional packages, separated by commas: ${EXTRAS_HELP}`)
      .argParser(parseExtras)
      .default([], 'none'),
    new Option('--development', 'also what the checks and tests of a clone need')
      .default(false)
      .hideHelp(),
  ],
  async run(_, { extras, development, ...globals }) {
    const { environment, ...result } = await setUpWithProgress({ extras, development }, globals);
    if (globals.json) return printJson({ type: 'ready', environment, ...result });
    const also = result.extras.length > 0 ? `, with ${result.extras.join(', ')}` : '';
    print(`the Python environment is ready: ${placeOf(environment)}${also}`);
  },
});

const placeOf = (environment: Environment) =>
  environment.kind === 'chosen'
    ? `${environment.executable}, because ${environment.because}`
    : environment.folder;
