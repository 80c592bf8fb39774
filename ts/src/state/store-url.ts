import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Mu2NetError } from '../domain/errors.js';

const URL_FORM = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/;

/** Says whether a store is at a URL, so that only a sidecar can look into it. */
export const isRemoteStore = (store: string): boolean => URL_FORM.test(store);

/**
 * Reads where stores are to be kept: a folder, or a URL such as `s3://bucket/prefix`.
 *
 * @returns an absolute folder, or the URL without a slash at its end.
 * @throws Mu2NetError CONFIG_INVALID when a URL has no place, or contains a secret.
 */
export function parseStorePlace(given: string): string {
  const [, scheme, rest = ''] = URL_FORM.exec(given) ?? [];
  if (scheme === undefined) {
    if (given.trim() === '') throw invalid(given, 'it is empty');
    return resolve(given);
  }
  if (scheme === 'file') return resolve(fileURLToPath(given));
  if (scheme === 'memory') throw invalid(given, 'nothing in it outlives a process');
  // The record and the logs of workers show the URL.
  if (/[@?#]/.test(rest)) {
    throw invalid(
      `${scheme}://…`,
      'it must not contain credentials or a query; the client of the store reads credentials from the environment of the sidecars',
    );
  }
  const place = rest.replace(/\/+$/, '');
  if (place === '' || place.startsWith('/')) throw invalid(given, 'it names no bucket');
  return `${scheme}://${place}`;
}

/** Returns the store of a new run in a place: a name that no other run has or had. */
export function storeInPlace(place: string, run: string): string {
  const name = `${run}-${randomBytes(4).toString('hex')}`;
  return isRemoteStore(place) ? `${place}/${name}` : join(place, name);
}

function invalid(given: string, reason: string): Mu2NetError {
  return new Mu2NetError(
    'CONFIG_INVALID',
    `'${given}' cannot be the place of a store: ${reason}; write a folder, s3://bucket/prefix or gs://bucket/prefix`,
    { key: 'store' },
  );
}
