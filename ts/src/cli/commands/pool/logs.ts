import { Argument, Option } from 'commander';
import { readLogs } from '../../../launchers/logs.js';
import { defineCommand } from '../../define-command.js';
import { runStoppable } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { POOL_FILE_OPTION, poolNameOf } from '../../shell/pool-file.js';

interface Options {
  readonly follow?: true;
  readonly file: string;
}

export const poolLogs = defineCommand<[group?: string], Options>({
  name: 'logs',
  description: 'show the logs of the workers that up started',
  arguments: [new Argument('[group]', 'a group of the pool; default: all')],
  options: [new Option('-f, --follow', 'go on until Ctrl-C'), POOL_FILE_OPTION],
  async run([group], { follow = false, file: given, json }) {
    const pool = poolNameOf(given);
    const onLine = (worker: string, line: string) =>
      json ? printJson({ worker, line }) : print(`${worker}  ${line}`);
    await runStoppable((signal) => readLogs(pool, { group, follow, onLine, signal }));
  },
});
