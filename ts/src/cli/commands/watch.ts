import { Run } from '../../api/run.js';
import { Mu2NetError, type RunEvent } from '../../index.js';
import { watchEvents } from '../../run/events/watch.js';
import { isRun } from '../../state/directory.js';
import { findWatchable } from '../../state/watchable.js';
import { defineCommand } from '../define-command.js';
import { Stopped } from '../shell/failure.js';
import { type Globals, nextCommand, runsFolderOf } from '../shell/globals.js';
import { printResult } from '../shell/growth.js';
import { runInterruptible } from '../shell/interrupt.js';
import { note } from '../shell/output.js';
import { RUN_ARGUMENT } from '../shell/run.js';
import { openView } from '../view/open.js';

export const watch = defineCommand<[run?: string]>({
  name: 'watch',
  group: 'look',
  description: 'show a run while another process grows it',
  arguments: [RUN_ARGUMENT],
  async run([name], globals) {
    const address = findWatchable(name, runsFolderOf(globals));
    const last = await show(address.directory, globals);
    if (last?.type === 'finished') {
      const branch = isRun(address.directory) ? last.branch : address.branch;
      return printResult(new Run({ ...address, branch }), last.seconds, globals);
    }
    const run = last?.run ?? new Run(address).name;
    const isFinished =
      last === undefined && isRun(address.directory) && new Run(address).status().finished;
    const [text, next] = isFinished
      ? [`${run} is finished`, `'${nextCommand(`leaderboard ${run}`, globals)}' shows its models`]
      : [endText(last, run), `'${nextCommand(`resume ${run}`, globals)}' continues it`];
    note(`${text}; ${next}`);
  },
});

/** Shows the events of the session that grows a run; returns the last one. */
async function show(directory: string, globals: Globals): Promise<RunEvent | undefined> {
  let last: RunEvent | undefined;
  let view: ReturnType<typeof openView> | undefined;
  await runInterruptible(
    async (signal) => {
      for await (const event of watchEvents(directory, { signal })) {
        view ??= openView(globals);
        view.onEvent(event);
        last = event;
      }
      if (signal.aborted) throw new Mu2NetError('CANCELLED', 'stopped watching');
    },
    () => {},
    (exitCode) => new Stopped('stopped watching; the run goes on', exitCode),
  ).finally(() => view?.close());
  return last;
}

function endText(last: RunEvent | undefined, run: string): string {
  if (last === undefined) return `no process grows ${run} now`;
  return last.type === 'stopped'
    ? `${run} stopped: ${last.message}`
    : `the process that grew ${run} is gone`;
}
