import { Argument } from 'commander';
import { readAllowList } from '../../../keys/allow-list-file.js';
import { defineCommand } from '../../define-command.js';
import { tableLines } from '../../render/table.js';
import { print, printJson } from '../../shell/output.js';
import { screenOf } from '../../shell/screen.js';

export const keysList = defineCommand<[list: string]>({
  name: 'list',
  description: 'list the keys that may connect to a pool',
  arguments: [new Argument('<list>', 'file with the allowed keys of the pool')],
  run([list], globals) {
    const allowed = readAllowList(list);
    if (globals.json) return printJson({ list, allowed });
    if (allowed.length === 0) return print(`${list} allows no key`);
    const rows = allowed.map(({ role, name, publicKey }) => [role, name, publicKey]);
    const columns = [{ title: 'role' }, { title: 'name' }, { title: 'public key' }];
    print(...tableLines(columns, rows, screenOf(process.stdout)));
  },
});
