import { basename, dirname, relative } from 'node:path';
import { type ErrorCode, type GrowOptions, Mu2NetError, type Run } from '../../index.js';
import { storeOf } from '../../state/directory.js';
import { duration } from '../../text/format.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { pairLines } from '../render/table.js';
import { openView } from '../view/open.js';
import { Stopped } from './failure.js';
import { type Globals, logLevelOf, nextCommand, runsFolderOf } from './globals.js';
import { runInterruptible } from './interrupt.js';
import { isShown } from './log-level.js';
import { type OnFinishFlags, runOnFinish } from './on-finish.js';
import { print, printJson } from './output.js';
import { screenOf } from './screen.js';

/** Errors that would recur in a resumed run, because they come from the experiment. */
const DEAD_ENDS: ReadonlySet<ErrorCode> = new Set(['NO_SURVIVOR', 'OUT_OF_MEMORY']);

/** A command that the user may type next, and what it does. */
type NextStep = readonly [command: string, purpose: string];

/** A run that has a record, from its event `started`. */
interface Started {
  /** `run`, or `run:branch`. */
  readonly name: string;
  readonly directory: string;
}

/**
 * Shows a run while `grow` grows it, then its leaderboard and the next steps, `further` the last. At
 * the end it runs the command of `onFinish`, if the run had begun.
 *
 * @throws Stopped when the user stopped it; Mu2NetError, which says how to continue the run if
 *   there is one.
 */
export async function showGrowth(
  { onFinish, ...globals }: Globals & OnFinishFlags,
  grow: (options: GrowOptions) => Promise<Run>,
  further: readonly NextStep[] = [],
): Promise<void> {
  const view = openView(globals);
  const begun = performance.now();
  const seen: { started: Started | null; seconds: number } = { started: null, seconds: 0 };
  const onEvent: GrowOptions['onEvent'] = (event) => {
    if (event.type === 'started') seen.started = { name: event.run, directory: event.directory };
    if (event.type === 'finished') seen.seconds = event.seconds;
    view.onEvent(event);
  };
  const growing = runInterruptible(
    (signal) => grow({ folder: runsFolderOf(globals), signal, onEvent }),
    () => view.onEvent({ type: 'stopping' }),
    (exitCode) => stoppedErrorOf(seen.started, exitCode, globals),
  );
  const tellEnd = async (address: string, error: unknown) => {
    if (onFinish === undefined) return;
    const seconds = (performance.now() - begun) / 1000;
    await runOnFinish(onFinish, { address, seconds, error });
  };
  const run = await growing
    .finally(() => view.close())
    .catch(async (error: unknown) => {
      if (seen.started !== null) await tellEnd(addressOf(seen.started), error);
      throw withNextStep(error, seen.started, globals);
    });
  printResult(run, seen.seconds, globals, further);
  await tellEnd(run.address, null);
}

/** Returns the address of a run, as `Run.address` has it. */
function addressOf({ name, directory }: Started): string {
  return directory + name.slice(basename(directory).length);
}

function stoppedErrorOf(started: Started | null, exitCode: number, globals: Globals): Stopped {
  if (started === null) return new Stopped('stopped before the run began', exitCode);
  const message = `stopped; ${nextStep(started, globals)}`;
  return new Stopped(message, exitCode, { run: started.name });
}

/** Returns the error with the next step added, if resuming the run can help. */
function withNextStep(error: unknown, started: Started | null, globals: Globals): unknown {
  if (started === null || !(error instanceof Mu2NetError) || error instanceof Stopped) return error;
  if (DEAD_ENDS.has(error.code)) return error;
  const subject = { run: started.name, ...error.subject };
  const message = `${error.message}; ${nextStep(started, globals)}`;
  return new Mu2NetError(error.code, message, { ...subject, cause: error });
}

function nextStep({ name, directory }: Started, globals: Globals): string {
  const isListed = dirname(directory) === runsFolderOf(globals);
  const branch = name.slice(basename(directory).length);
  const run = isListed ? name : relative('', directory) + branch;
  return `'${nextCommand(`resume ${run}`, globals)}' continues the run`;
}

/**
 * Prints the leaderboard of a run that is finished, and what to do next.
 *
 * @param further next steps of the command, after those that every run has.
 */
export function printResult(
  run: Run,
  seconds: number,
  globals: Globals,
  further: readonly NextStep[] = [],
): void {
  const board = run.leaderboard();
  if (globals.json) {
    printJson({ type: 'leaderboard', ...board });
    return;
  }
  const screen = screenOf(process.stdout);
  const branch = run.name.includes(':') ? run.name : null;
  const last = board.rows.at(-1)?.task;
  if (!isShown('info', logLevelOf(globals))) {
    print(...leaderboardLines(board, screen));
    return;
  }
  print(
    '',
    ...leaderboardLines(board, screen),
    '',
    `${screen.bold(run.name)} finished in ${duration(seconds)}`,
    ...pairLines(
      [
        [
          nextCommand(`show ${last}${branch ? ` --run ${branch}` : ''}`, globals),
          "a model's components, who shares them",
        ],
        [
          nextCommand(`leaderboard ${branch ? `${branch} ` : ''}--json`, globals),
          'this table as JSON',
        ],
        ["import { openRun } from 'mu2net'", 'the same from Node; see examples/'],
        ...placesOf(run),
        ...further,
      ],
      screen,
    ),
  );
}

/** Says where the record and the weights of a run are. */
function placesOf(run: Run): readonly (readonly [string, string])[] {
  const directory = relative('', run.directory);
  const { store } = run.status();
  return store === storeOf(run.directory)
    ? [[directory, 'the record and the weights of the run']]
    : [
        [directory, 'the record of the run'],
        [store, 'its weights'],
      ];
}
