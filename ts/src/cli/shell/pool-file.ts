import { Argument, Option } from 'commander';

/** The file that describes a pool, if none is named. */
export const POOL_FILE = 'pool.yaml';

export const POOL_FILE_ARGUMENT = new Argument(
  '[file]',
  'the file that describes the pool',
).default(POOL_FILE);

export const POOL_FILE_OPTION = new Option(
  '--file <file>',
  'the file that describes the pool, or its name',
).default(POOL_FILE);
