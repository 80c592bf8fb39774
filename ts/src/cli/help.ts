import { pairs } from '../text/table.js';
import { wrapText } from '../text/wrap.js';
import type { LogLevel } from './shell/log-level.js';
import { widthOfStream } from './shell/screen.js';

const NOTES = [
  'A command without a run uses the latest one (predict, eval and export: the latest finished one) and says which; run:branch is a branch of a run.',
  'Colours need a terminal; NO_COLOR turns them off. A table fits the terminal, or COLUMNS; in a pipe it is whole.',
  'An error is one line on stderr; with --json it is {"error":{"code","message",…}} there, with fields for its subject.',
];

const LEVELS = [
  ['error', 'nothing before the result'],
  ['warn', 'what went wrong on the way, such as a worker that was started again'],
  ['info', 'what goes on (the usual level)'],
  ['debug', 'every detail; a run with --json tells everything at any level'],
] as const satisfies readonly (readonly [LogLevel, string])[];

const STATUSES = [
  ['0', 'done'],
  ['1', 'error'],
  ['2', 'invalid command line'],
  ['128 + n', 'stopped by signal number n, such as 130 after Ctrl-C'],
] as const;

const VARIABLES = [
  ['MU2NET_RUNS', 'folder of runs'],
  ['MU2NET_PYTHON', 'Python interpreter'],
  ['MU2NET_DATA', 'your own copies of data sets'],
  ['TFDS_DATA_DIR', 'data that TFDS prepared'],
  ['MU2NET_LOG_FORMAT', 'text or json: the log of pool serve and of workers'],
  ['MU2NET_TRACE=1', 'same as --trace'],
] as const;

/** Width of help where neither the terminal nor COLUMNS says it. */
const USUAL_WIDTH = 80;

/** Returns the columns that help may take. */
export function helpWidth(): number {
  return widthOfStream(process.stdout) ?? USUAL_WIDTH;
}

/** Returns what the help of the program says after its commands. */
export function helpNotes(): string {
  const width = helpWidth();
  const list = (entries: Parameters<typeof pairs>[0]) =>
    pairs(entries, width - 2).map((line) => `  ${line}`);
  return [
    '',
    ...NOTES.flatMap((note) => wrapText(note, width)),
    '',
    'Levels of --log-level:',
    ...list(LEVELS),
    '',
    'Exit status:',
    ...list(STATUSES),
    '',
    'Environment:',
    ...list(VARIABLES),
  ].join('\n');
}
