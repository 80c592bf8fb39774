import { Argument, Option } from 'commander';
import { readPoolLogs } from '../../../index.js';
import { defineCommand } from '../../define-command.js';
import { runStoppable } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { POOL_FILE_OPTION } from '../../shell/pool-file.js';

interface Options {
  readonly follow?: true;
  readonly file: string;
}

export const poolLogs = defineCommand<[group?: string], Options>({
  name: 'logs',
  description: 'show the logs of the workers that up started',
  arguments: [new Argument('[group]', 'a group of the pool; default: all')],
  options: [new Option('-f, --follow', 'go on until Ctrl-C'), POOL_FILE_OPTION],
  async run([group], { follow = false, file, json }) {
    const onLine = (worker: string, line: string) =>
      json ? printJson({ worker, line }) : print(`${worker}  ${line}`);
    await runStoppable((signal) => readPoolLogs(file, { group, follow, onLine, signal }));
  },
});
