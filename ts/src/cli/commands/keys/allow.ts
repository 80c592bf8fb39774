import { Argument, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isName, NAME_RULE } from '../../../domain/names.js';
import { allowKey, ROLES, type Role } from '../../../keys/allow-list.js';
import { changeAllowList } from '../../../keys/allow-list-file.js';
import { isPublicKey } from '../../../pool/wire/keys.js';
import { defineCommand } from '../../define-command.js';
import { print, printJson } from '../../shell/output.js';

interface Options {
  readonly role: Role;
  readonly name: string;
}

/** Refuses what is not a public key. The text is not repeated, because it may be a secret key. */
function checkPublicKey(text: string): void {
  if (isPublicKey(text)) return;
  const remedy = "'npx mu2net keys show <file>' shows that of a file";
  throw new CommanderError(1, 'mu2net.keys', `<public-key> must be a public key; ${remedy}`);
}

function parseHolder(text: string): string {
  if (!isName(text)) throw new InvalidArgumentError(`${NAME_RULE}.`);
  return text;
}

export const keysAllow = defineCommand<[list: string, publicKey: string], Options>({
  name: 'allow',
  description: 'let a key connect to a pool, at once if the pool runs',
  arguments: [
    new Argument('<list>', 'file with the allowed keys of the pool; made if missing'),
    new Argument('<public-key>', 'the key, as keys new shows it'),
  ],
  options: [
    new Option('--role <role>', 'a worker executes requests, a controller sends them')
      .choices(ROLES)
      .makeOptionMandatory(),
    new Option('--name <name>', 'what you call its holder, such as a machine or a person')
      .argParser(parseHolder)
      .makeOptionMandatory(),
  ],
  run([list, publicKey], { role, name, json }) {
    checkPublicKey(publicKey);
    changeAllowList(list, (keys) => allowKey(keys, { role, publicKey, name }, list));
    if (json) printJson({ list, allowed: { role, name, publicKey } });
    else print(`${role} ${name} may connect`);
  },
});
