import { Argument } from 'commander';
import { createKeyFile } from '../../../keys/key-file.js';
import { defineCommand } from '../../define-command.js';
import { print, printJson } from '../../shell/output.js';

export const keysNew = defineCommand<[file: string]>({
  name: 'new',
  description: 'make keys: the secret one goes into a file, the public one is shown',
  arguments: [new Argument('<file>', 'new file for the secret key')],
  run([file], globals) {
    const { publicKey } = createKeyFile(file);
    if (globals.json) printJson({ file, publicKey });
    else print(publicKey);
  },
});
