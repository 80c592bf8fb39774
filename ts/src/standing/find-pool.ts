import { Mu2NetError } from '../domain/errors.js';
import { readKeyFile } from '../keys/key-file.js';
import { isPublicKey, isSecretKey, keyPairOf } from '../pool/wire/keys.js';
import type { Credentials } from '../pool/wire/security.js';
import { connectionOf } from './pool-folder.js';

/** How a controller connects to a standing pool. */
export interface PoolKeys {
  /** Public key of the pool; `MU2NET_POOL_KEY` by default. */
  readonly poolKey?: string | undefined;
  /** File with the secret key of this controller; otherwise `MU2NET_CONTROLLER_KEY` is the key. */
  readonly keyFile?: string | undefined;
}

const ENDPOINT = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[\w.-]+):[1-9]\d{0,4}$/;

/**
 * Finds out where a pool is, and with which keys a controller connects to it.
 * @throws Mu2NetError CONFIG_INVALID, KEY_INVALID; POOL_AWAY when a folder has no pool.
 */
export function findPool(
  address: string,
  { poolKey = process.env.MU2NET_POOL_KEY, keyFile }: PoolKeys,
): { readonly endpoint: string; readonly credentials: Credentials } {
  if (!address.startsWith('tcp:')) return connectionOf(address, 'controller');
  if (!ENDPOINT.test(address)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `'${address}' is not the address of a pool; write tcp://<host>:<port>, or its folder`,
    );
  }
  if (poolKey === undefined || !isPublicKey(poolKey)) {
    throw new Mu2NetError(
      'KEY_INVALID',
      `the public key of the pool at ${address} is ${poolKey === undefined ? 'missing' : 'not one'}; 'npx mu2net pool serve' prints it: give it as --pool-key, poolKey or MU2NET_POOL_KEY`,
    );
  }
  return { endpoint: address, credentials: { brokerKey: poolKey, keyPair: ownKeys(keyFile) } };
}

function ownKeys(keyFile: string | undefined) {
  if (keyFile !== undefined) return readKeyFile(keyFile);
  const secret = process.env.MU2NET_CONTROLLER_KEY ?? '';
  if (isSecretKey(secret)) return keyPairOf(secret);
  throw new Mu2NetError(
    'KEY_INVALID',
    `a controller needs a secret key${secret ? ', and the value of MU2NET_CONTROLLER_KEY is none' : ''}; give its file as --key-file or keyFile, or set MU2NET_CONTROLLER_KEY`,
  );
}
