import { Option } from 'commander';

/** Values of the options that name keys. */
export interface KeyFlags {
  /** Public key of a pool. */
  readonly poolKey?: string;
  /** File with a secret key. */
  readonly keyFile?: string;
}

/** Options with the keys of a connection to a standing pool, which its folder has. */
export const KEY_OPTIONS: readonly Option[] = [
  new Option('--pool-key <key>', 'public key of the pool, as pool serve prints it').env(
    'MU2NET_POOL_KEY',
  ),
  new Option('--key-file <file>', 'file with your secret key, as keys new writes it'),
];

/** Values of the options of a command that can use a standing pool. */
export interface PoolFlags extends KeyFlags {
  /** Its folder or address. */
  readonly pool?: string;
}

/** Options of a command that can use a standing pool. */
export const POOL_OPTIONS: readonly Option[] = [
  new Option(
    '--pool <address>',
    'standing pool to use: its folder, or tcp://<host>:<port> for controllers',
  ),
  ...KEY_OPTIONS,
];

/** Returns the pool that the flags name; undefined for workers of this process. */
export function poolOf({ pool, poolKey, keyFile }: PoolFlags) {
  return pool === undefined ? undefined : { address: pool, poolKey, keyFile };
}
