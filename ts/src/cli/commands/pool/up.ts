import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { loadPool, type PoolConfig } from '../../../config/index.js';
import { plannedAddress, serveWords } from '../../../launchers/broker.js';
import { createLauncher, noKey } from '../../../launchers/create.js';
import { bringUp, type PoolReport } from '../../../launchers/up.js';
import { defineCommand } from '../../define-command.js';
import { changeText, poolJson, poolLines } from '../../render/pool.js';
import { type Globals, nextCommand } from '../../shell/globals.js';
import { runStoppable } from '../../shell/interrupt.js';
import { note, print, printJson } from '../../shell/output.js';
import { POOL_FILE_ARGUMENT } from '../../shell/pool-file.js';
import { withProgress } from '../../shell/progress.js';
import { screenOf } from '../../shell/screen.js';

interface Options {
  readonly dryRun?: true;
  readonly watch?: true;
}

/** Time between two looks of --watch, in milliseconds. */
const INTERVAL = 30_000;

export const poolUp = defineCommand<[file: string], Options>({
  name: 'up',
  description: 'serve a pool, and start the workers of its file that do not run',
  arguments: [POOL_FILE_ARGUMENT],
  options: [
    new Option('--dry-run', 'show the commands and manifests, and start nothing'),
    new Option('--watch', 'look again every 30 s, and start what ended, until Ctrl-C').conflicts(
      'dryRun',
    ),
  ],
  async run([file], { dryRun, watch, ...globals }) {
    const config = loadPool(file);
    if (dryRun) return showPlan(config, globals);
    await runStoppable(async (signal) => {
      const report = await bring(config, globals, signal);
      show(report, globals);
      if (!globals.json) print(useLine(config, globals));
      while (watch && !signal.aborted) {
        await sleep(INTERVAL, null, { signal }).catch(() => null);
        if (signal.aborted) return;
        const again = await bring(config, globals, signal);
        const isChanged = again.groups.some(
          ({ started, stopped, problem }) => started.length + stopped.length > 0 || problem,
        );
        if (isChanged) show(again, globals);
      }
    });
  },
});

/** Says how a run uses the pool. */
function useLine({ broker }: PoolConfig, globals: Globals): string {
  const folder = relative('', broker.folder) || '.';
  const words = nextCommand(`run <config> --pool ${folder}`, globals);
  return screenOf(process.stdout).dim(`${words} grows a system with it`);
}

function bring(config: PoolConfig, globals: Globals, signal: AbortSignal): Promise<PoolReport> {
  const what = `bringing up the pool ${config.name}`;
  return withProgress(what, globals, (progress) =>
    bringUp(config, { signal, onProgress: (text) => progress.show(text) }),
  );
}

function show(report: PoolReport, globals: Globals): void {
  const problems = report.groups.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) process.exitCode = 1;
  if (globals.json) {
    printJson(poolJson(report));
    return;
  }
  print(...poolLines(report, screenOf(process.stdout)), changeText(report));
  for (const { message } of problems) note(message);
}

function showPlan(config: PoolConfig, { json }: Globals): void {
  const broker = plannedAddress(config.broker);
  const groups = Object.entries(config.groups).map(([group, description]) => {
    const launcher = createLauncher(description, {
      pool: config.name,
      group,
      broker,
      secretKey: noKey,
    });
    return {
      group,
      launcher: description.launcher,
      workers: launcher.wanted,
      plan: launcher.plan(),
    };
  });
  const served = ['mu2net', ...serveWords(config.broker)].join(' ');
  if (json) printJson({ pool: config.name, broker: served, groups });
  else print('# broker, unless it is served already', served);
  if (json) return;
  for (const { group, plan } of groups) print(`# group ${group}`, ...plan);
}
