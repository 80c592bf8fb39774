import { Argument } from 'commander';
import { type AllowedKey, revokeKey } from '../../../keys/allow-list.js';
import { changeAllowList } from '../../../keys/allow-list-file.js';
import { defineCommand } from '../../define-command.js';
import { print, printJson } from '../../shell/output.js';

export const keysRevoke = defineCommand<[list: string, which: string]>({
  name: 'revoke',
  description: 'take a key off the list of a pool; if the pool runs, its connection is closed',
  arguments: [
    new Argument('<list>', 'file with the allowed keys of the pool'),
    new Argument('<name-or-key>', 'name of the holder, or the public key'),
  ],
  run([list, which], globals) {
    let revoked: AllowedKey | undefined;
    changeAllowList(list, (keys) => {
      const found = revokeKey(keys, which, list);
      revoked = found.revoked;
      return found.left;
    });
    if (globals.json) printJson({ list, revoked });
    else print(`${revoked?.role} ${revoked?.name} may not connect any more`);
  },
});
