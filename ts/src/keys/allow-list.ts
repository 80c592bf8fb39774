import { Mu2NetError } from '../domain/errors.js';
import { isName } from '../domain/names.js';
import { isPublicKey } from '../pool/wire/keys.js';

/** The role of the holder of a key in a pool: to execute requests, or to send them. */
export const ROLES = ['worker', 'controller'] as const;
export type Role = (typeof ROLES)[number];

/** A key that may connect to a pool. */
export interface AllowedKey {
  readonly role: Role;
  readonly publicKey: string;
  /** The name that people gave to its holder. */
  readonly name: string;
}

const HEADING = '# Keys that may connect to this pool: role, public key, name.';

/**
 * Reads an allow-list: a line for each key, with role, public key and name. Lines that begin with `#`
 * are comments.
 * @throws Mu2NetError KEY_INVALID with the line that is wrong.
 */
export function parseAllowList(text: string, file: string): readonly AllowedKey[] {
  const keys: AllowedKey[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const [role, publicKey = '', name = '', ...rest] = words;
    const known = ROLES.find((each) => each === role);
    if (!known || !isPublicKey(publicKey) || !isName(name) || rest.length > 0) {
      throw new Mu2NetError(
        'KEY_INVALID',
        `${file}:${at + 1}: is not '<role> <public key> <name>', where the role is ${ROLES.join(' or ')}; correct or delete the line`,
        { file, line: at + 1 },
      );
    }
    keys.push({ role: known, publicKey, name });
  }
  return keys;
}

/** Returns the text of an allow-list. */
export function formatAllowList(keys: readonly AllowedKey[]): string {
  const lines = keys.map(({ role, publicKey, name }) => `${role} ${publicKey} ${name}`);
  return `${[HEADING, ...lines].join('\n')}\n`;
}

/** Returns the list with one more key. @throws Mu2NetError KEY_INVALID when key or name is there. */
export function allowKey(
  keys: readonly AllowedKey[],
  added: AllowedKey,
  file: string,
): readonly AllowedKey[] {
  const twin = keys.find(
    ({ publicKey, name }) => publicKey === added.publicKey || name === added.name,
  );
  if (!twin) return [...keys, added];
  throw new Mu2NetError(
    'KEY_INVALID',
    twin.publicKey === added.publicKey
      ? `${file} has this key already, as ${twin.role} ${twin.name}; a key has one role, so make another for a second one`
      : `${file} has another key named ${twin.name}; choose another name, or revoke that one first`,
    { file },
  );
}

/**
 * Returns the key that is revoked, and the list without it.
 * @param which Its name or the public key itself.
 * @throws Mu2NetError KEY_INVALID when it is not in the list.
 */
export function revokeKey(
  keys: readonly AllowedKey[],
  which: string,
  file: string,
): { readonly revoked: AllowedKey; readonly left: readonly AllowedKey[] } {
  const revoked = keys.find(({ publicKey, name }) => publicKey === which || name === which);
  if (revoked) return { revoked, left: keys.filter((key) => key !== revoked) };
  const names = keys.map(({ name }) => name).join(', ') || 'no key';
  throw new Mu2NetError('KEY_INVALID', `${file} has no key ${which}; it has ${names}`, { file });
}
