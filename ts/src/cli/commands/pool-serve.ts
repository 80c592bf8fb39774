import { Option } from 'commander';
import type { WorkerNews } from '../../index.js';
import type { PoolPlace } from '../../standing/pool-folder.js';
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
  readonly listenControllers?: string;
  readonly folder: string;
}

export const poolServe = defineCommand<[], Options>({
  name: 'serve',
  description: 'serve a standing pool, which workers join and several controllers share',
  options: [
    new Option('--listen <address>', 'where workers connect; port 0 takes a free one').default(
      'tcp://127.0.0.1:7300',
    ),
    new Option(
      '--listen-controllers <address>',
      'where controllers connect (default: the next port)',
    ),
    new Option('--folder <folder>', 'keys, and what the pool remembers').default('pool'),
  ],
  details: `
Ctrl-C or SIGTERM stops it: workers finish what they hold, at most for 20 seconds; then they and the
controllers wait until a pool is served here again.`,
  async run(_, { listen, listenControllers, folder, ...globals }) {
    await runInterruptible(
      async (signal) => {
        const onWorker = (news: WorkerNews) => tell(news, globals);
        const pool = await servePool({ listen, listenControllers, folder, onWorker });
        announce(pool.place, folder, globals);
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

function announce(place: PoolPlace, folder: string, globals: Globals): void {
  const { workers, controllers, poolKey } = place;
  if (globals.json) {
    printJson({ type: 'serving', ...place });
    return;
  }
  print(
    `the pool listens for workers at ${workers}, and for controllers at ${controllers}`,
    `its public key is ${poolKey}`,
    `  npx mu2net sidecar --connect ${folder}   adds a worker of this machine`,
    `  npx mu2net run <config> --pool ${folder}   grows a system with it`,
  );
}

function tell(news: WorkerNews, globals: Globals): void {
  const time = new Date().toISOString();
  if (globals.json) printJson({ type: 'worker', time, ...news });
  else if (isShown(workerLevel(news.change), logLevelOf(globals))) {
    print(`${time.slice(11, 19)} ${news.message}`);
  }
}
