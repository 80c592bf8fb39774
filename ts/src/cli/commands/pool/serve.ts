import { Option } from 'commander';
import { type StandingPool, servePool } from '../../../standing/serve.js';
import { openTracing } from '../../../tracing/open.js';
import { defineCommand } from '../../define-command.js';
import { leaseLevel, leaseLine } from '../../render/lease.js';
import { Stopped } from '../../shell/failure.js';
import { type Globals, logLevelOf } from '../../shell/globals.js';
import { runInterruptible } from '../../shell/interrupt.js';
import { isJsonLog, LOG_FORMAT_OPTION, type LogFormat } from '../../shell/log-format.js';
import { isShown, type LogLevel } from '../../shell/log-level.js';
import { note, print, printJson } from '../../shell/output.js';
import { workerLevel } from '../../view/event-level.js';

interface Options {
  readonly listen: string;
  readonly listenControllers?: string;
  readonly folder: string;
  readonly metrics?: string;
  readonly logFormat?: LogFormat;
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
    new Option(
      '--metrics <port>',
      'serve metrics for Prometheus at http://127.0.0.1:<port>/metrics; or <host>:<port>',
    ),
    LOG_FORMAT_OPTION,
  ],
  details: `
Ctrl-C or SIGTERM stops it: workers finish what they hold, at most for 20 seconds; then they and the
controllers wait until a pool is served here again.`,
  async run(_, { listen, listenControllers, folder, metrics, logFormat, ...given }) {
    const globals: Globals = isJsonLog(logFormat) ? { ...given, json: true } : given;
    await runInterruptible(
      async (signal) => {
        const tracing = await openTracing('mu2net-pool', note);
        const pool = await servePool({
          ...{ listen, listenControllers, folder, metrics, tracing },
          onWorker: (news) => tell({ type: 'worker', ...news }, workerLevel(news.change), globals),
          onLease: (event) => tell({ ...leaseLine(event) }, leaseLevel(event), globals),
        });
        announce(pool, folder, globals);
        if (!signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
        await pool.stop();
        await tracing.close();
      },
      () => note('stopping: workers finish what they hold; press Ctrl-C again to end at once'),
      (exitCode) => new Stopped('the pool was stopped', exitCode),
    );
  },
});

function announce({ place, metrics }: StandingPool, folder: string, globals: Globals): void {
  const { workers, controllers, poolKey } = place;
  if (globals.json) {
    printJson({ type: 'serving', ...place, metrics });
    return;
  }
  print(
    `the pool listens for workers at ${workers}, and for controllers at ${controllers}`,
    `its public key is ${poolKey}`,
    `  npx mu2net sidecar --connect ${folder}   adds a worker of this machine`,
    `  npx mu2net run <config> --pool ${folder}   grows a system with it`,
    ...(metrics === null ? [] : [`its metrics are at ${metrics}`]),
  );
}

/** A line of the log: its sentence for people, and fields for programs. */
type LogLine = { readonly message: string } & Readonly<Record<string, unknown>>;

/** Prints a line of the log; as JSON every one, because whoever reads it chooses by level. */
function tell(line: LogLine, level: LogLevel, globals: Globals): void {
  const time = new Date().toISOString();
  if (globals.json) printJson({ time, level, ...line });
  else if (isShown(level, logLevelOf(globals))) print(`${time.slice(11, 19)} ${line.message}`);
}
