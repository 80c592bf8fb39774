import { Argument, Option } from 'commander';
import { takeDownPool } from '../../../index.js';
import { poolNameOf } from '../../../launchers/pool-name.js';
import { defineCommand } from '../../define-command.js';
import { changeText, poolJson } from '../../render/pool.js';
import { runStoppable } from '../../shell/interrupt.js';
import { note, print, printJson } from '../../shell/output.js';
import { POOL_FILE } from '../../shell/pool-file.js';
import { withProgress } from '../../shell/progress.js';

interface Options {
  readonly forget: boolean;
}

export const poolDown = defineCommand<[pool: string], Options>({
  name: 'down',
  description: 'stop everything that up started, also after this machine was restarted',
  arguments: [
    new Argument('[pool]', 'the file that describes the pool, or its name').default(POOL_FILE),
  ],
  options: [
    new Option('--forget', 'forget groups that cannot be stopped; what runs there runs on').default(
      false,
    ),
  ],
  async run([given], { forget, ...globals }) {
    const pool = poolNameOf(given);
    const report = await withProgress(`taking down the pool ${pool}`, globals, (progress) =>
      runStoppable((signal) =>
        takeDownPool(pool, { forget, signal, onProgress: (text) => progress.show(text) }),
      ),
    );
    const problems = report.groups.flatMap(({ problem }) => problem ?? []);
    if (problems.length > 0) process.exitCode = 1;
    if (globals.json) return printJson(poolJson(report));
    print(changeText(report));
    for (const { message } of problems) note(message);
  },
});
