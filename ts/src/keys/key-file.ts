import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { Mu2NetError } from '../domain/errors.js';
import { createKeyPair, isSecretKey, type KeyPair, keyPairOf } from '../pool/wire/keys.js';

/** The permissions of everyone but the owner. */
const OTHERS = 0o077;

/** Makes keys and writes the secret one into a new file that only its owner can read. */
export function createKeyFile(file: string): KeyPair {
  const keyPair = createKeyPair();
  try {
    writeFileSync(file, `${keyPair.secretKey}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Mu2NetError(
      'FILE_KIND',
      `${file} exists, and may hold a key that is in use; name another file, or delete it`,
      { file, cause: error },
    );
  }
  return keyPair;
}

/**
 * Reads the keys from a file that `createKeyFile` wrote.
 * @throws Mu2NetError KEY_INVALID when it holds something else, or others can read it.
 */
export function readKeyFile(file: string): KeyPair {
  const secretKey = readFileSync(file, 'utf8').trim();
  if (!isSecretKey(secretKey)) {
    throw new Mu2NetError(
      'KEY_INVALID',
      `${file} does not hold a secret key; 'npx mu2net keys new <file>' makes one`,
      { file },
    );
  }
  // Windows has no such permissions.
  if (process.platform !== 'win32' && statSync(file).mode & OTHERS) {
    throw new Mu2NetError(
      'KEY_INVALID',
      `${file} can be read by others; make new keys, or run 'chmod 600 ${file}' if nobody has`,
      { file },
    );
  }
  return keyPairOf(secretKey);
}
