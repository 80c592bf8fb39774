import { readFileSync, statSync } from 'node:fs';
import { Mu2NetError } from '../domain/errors.js';
import { isSecretKey } from '../pool/keys.js';

/** The permissions of everyone but the owner. */
const OTHERS = 0o077;

/**
 * Reads the secret key of the workers from its file.
 *
 * @throws Mu2NetError CONFIG_INVALID when it holds something else, or others can read it.
 */
export function readSecretKey(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (!isSecretKey(key)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${file} does not hold a secret key; 'npx mu2net keys new <file>' makes one`,
      { file },
    );
  }
  if (process.platform !== 'win32' && statSync(file).mode & OTHERS) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${file} can be read by others; run 'chmod 600 ${file}'`,
      {
        file,
      },
    );
  }
  return key;
}
