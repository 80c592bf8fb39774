import { Option } from 'commander';
import type { WorkerNews } from '../../index.js';
import { servePool } from '../../standing/serve.js';
import { defineCommand } from '../define-command.js';
import { Stopped } from '../shell/failure.js';
import { type Globals, logLevelOf } from '../shell/globals.js';
import { runInterruptible } from '../shell/interrupt.js';
import { isShown } from '../shell/log-level.js';
import { note, print, printJson } from '../shell/output.js';
import { workerLevel } from '../view/event-level.js';

interface Options {
  readonly listen: string;
  readonly folder: string;
}

export const poolServe = defineCommand<[], Options>({
  name: 'serve',
  description: 'serve a standing pool, which workers join and several controllers share',
  options: [
    new Option(
      '--listen <address>',
      'where workers and controllers connect; port 0 takes a free one',
    ).default('tcp://127.0.0.1:7300'),
    new Option('--folder <folder>', 'what the pool remembers when it is started again').default(
      './pool',
    ),
  ],
  details: `
Ctrl-C or SIGTERM stops it: workers finish what they hold, at most for 20 seconds; then they and the
controllers wait until a pool is served here again.`,
  async run(_, { listen, folder, ...globals }) {
    await runInterruptible(
      async (signal) => {
        const pool = await servePool({ listen, folder, onWorker: (news) => tell(news, globals) });
        announce(pool.endpoint, globals);
        if (!signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
        await pool.stop();
      },
      () => note('stopping: workers finish what they hold; press Ctrl-C again to end at once'),
      (exitCode) => new Stopped('the pool was stopped', exitCode),
    );
  },
});

function announce(endpoint: string, globals: Globals): void {
  if (globals.json) {
    printJson({ type: 'serving', endpoint });
    return;
  }
  print(
    `the pool listens at ${endpoint}`,
    `  npx mu2net sidecar --connect ${endpoint}   adds a worker`,
    `  npx mu2net run <config> --pool ${endpoint}   grows a system with it`,
  );
}

function tell(news: WorkerNews, globals: Globals): void {
  const time = new Date().toISOString();
  if (globals.json) printJson({ type: 'worker', time, ...news });
  else if (isShown(workerLevel(news.change), logLevelOf(globals))) {
    print(`${time.slice(11, 19)} ${news.message}`);
  }
}
