import { dirname, relative } from 'node:path';
import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';
import type { SessionOptions } from '../../run/session.js';
import { MAIN } from '../../state/records.js';
import { addressOf, formatAddress } from '../../state/runs.js';
import { duration } from '../../text/format.js';
import { pairs } from '../../text/table.js';
import { leaderboardOf } from '../../views/leaderboard.js';
import { leaderboardLines } from '../render/leaderboard.js';
import { openView } from '../view/open.js';
import { Stopped } from './failure.js';
import { folderOf, type Globals, nextCommand } from './globals.js';
import { interruptible } from './interrupt.js';
import { colorsOf, print, printJson } from './output.js';

/** Errors that a resumed run would meet again: only another experiment avoids them. */
const DEAD_ENDS: ReadonlySet<ErrorCode> = new Set(['NO_SURVIVOR', 'OUT_OF_MEMORY']);

/**
 * Shows a run while `session` carries it on, and its leaderboard and what to do next once it is
 * finished.
 *
 * @throws Stopped when the user stopped it; Mu2NetError, which says how to go on once there is a run.
 */
export async function follow(
  globals: Globals,
  session: (options: SessionOptions) => Promise<unknown>,
): Promise<void> {
  const view = openView(globals);
  const seen: { name: string | null; directory: string; seconds: number } = {
    name: null,
    directory: '',
    seconds: 0,
  };
  const address = () => formatAddress(seen.directory, addressOf(seen.name ?? '').branch);
  const goOn = () => {
    const listed = dirname(seen.directory) === folderOf(globals);
    const run = listed ? seen.name : relative('', address());
    return `'${nextCommand(`resume ${run}`, globals)}' goes on from there`;
  };
  try {
    await interruptible(
      (signal) =>
        session({
          folder: folderOf(globals),
          signal,
          onEvent(event) {
            if (event.type === 'started') {
              seen.name = event.run;
              seen.directory = event.directory;
            }
            if (event.type === 'finished') seen.seconds = event.seconds;
            view.onEvent(event);
          },
        }),
      () => view.onEvent({ type: 'stopping' }),
      (exitCode) =>
        new Stopped(
          seen.name === null ? 'stopped before the run began' : `stopped; ${goOn()}`,
          exitCode,
        ),
    );
  } catch (error) {
    if (seen.name === null || !(error instanceof Mu2NetError) || error instanceof Stopped) {
      throw error;
    }
    if (DEAD_ENDS.has(error.code)) throw error;
    throw new Mu2NetError(error.code, `${error.message}; ${goOn()}`, { cause: error });
  } finally {
    view.close();
  }
  const board = leaderboardOf(address());
  if (globals.json) {
    printJson({ type: 'leaderboard', ...board });
    return;
  }
  const colors = colorsOf(process.stdout);
  const branch = addressOf(board.run).branch === MAIN ? null : board.run;
  print(
    '',
    ...leaderboardLines(board, colors),
    '',
    `${colors.bold(board.run)} finished in ${duration(seen.seconds)}`,
    ...pairs([
      [
        nextCommand(`show ${board.rows.at(-1)?.task}${branch ? ` --run ${branch}` : ''}`, globals),
        "a model's components, who shares them",
      ],
      [
        nextCommand(`leaderboard ${branch ? `${branch} ` : ''}--json`, globals),
        'this table for programs',
      ],
      ["import { leaderboardOf } from 'mu2net'", 'the same from Node; see examples/'],
      [relative('', seen.directory), 'the record of the run and its weights'],
    ]).map((line) => `  ${line}`),
  );
}
