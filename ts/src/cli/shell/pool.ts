import { InvalidArgumentError, Option } from 'commander';
import type { Priority } from '../../index.js';

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
  readonly share?: number;
  readonly priority?: Priority;
}

/** Options of a command that can use a standing pool. */
export const POOL_OPTIONS: readonly Option[] = [
  new Option(
    '--pool <address>',
    'standing pool to use: its folder, or tcp://<host>:<port> for controllers',
  ),
  ...KEY_OPTIONS,
  new Option('--priority <level>', 'whether this run goes before others in the pool').choices([
    'low',
    'normal',
    'high',
  ]),
  new Option('--share <weight>', 'weight beside others of its priority (default: 1)').argParser(
    parseShare,
  ),
];

/** Values of the options of a command that asks a pool. */
export interface AskedPoolFlags extends KeyFlags {
  readonly pool: string;
}

/** Options of a command that asks a pool. */
export const ASKED_POOL_OPTIONS: readonly Option[] = [
  new Option(
    '--pool <address>',
    'folder of the pool, or tcp://<host>:<port> for controllers',
  ).default('pool'),
  ...KEY_OPTIONS,
];

/** Parses a share of a pool. */
function parseShare(text: string): number {
  const share = Number(text);
  if (!(share >= 0.001 && share <= 1000)) {
    throw new InvalidArgumentError('it must be a number from 0.001 to 1000.');
  }
  return share;
}

/** Returns the pool that the flags name; undefined for workers of this process. */
export function poolOf({ pool, ...flags }: PoolFlags) {
  if (pool === undefined) return undefined;
  const { poolKey, keyFile, share, priority } = flags;
  return { address: pool, poolKey, keyFile, share, priority };
}
