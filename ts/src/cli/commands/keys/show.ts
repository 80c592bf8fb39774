import { Argument } from 'commander';
import { readKeyFile } from '../../../keys/key-file.js';
import { defineCommand } from '../../define-command.js';
import { print, printJson } from '../../shell/output.js';

export const keysShow = defineCommand<[file: string]>({
  name: 'show',
  description: 'show the public key of a file that holds a secret one',
  arguments: [new Argument('<file>', 'file with a secret key')],
  run([file], globals) {
    const { publicKey } = readKeyFile(file);
    if (globals.json) printJson({ file, publicKey });
    else print(publicKey);
  },
});
