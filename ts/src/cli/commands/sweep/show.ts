import { Argument } from 'commander';
import { sweepSummary } from '../../../index.js';
import { defineCommand } from '../../define-command.js';
import { runsFolderOf } from '../../shell/globals.js';
import { printSummary } from './run.js';

export const sweepShow = defineCommand<[name: string]>({
  name: 'show',
  description: 'show the results of a sweep: each setting over its seeds, with intervals',
  arguments: [new Argument('<name>', 'name of the sweep')],
  run([name], globals) {
    printSummary(sweepSummary(name, { folder: runsFolderOf(globals) }), globals.json === true);
  },
});
