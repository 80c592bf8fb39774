import { z } from 'zod';
import { NAME } from '../../domain/names.js';
import { path } from '../schema/scalars.js';
import { section } from '../schema/section.js';
import { group } from './groups.js';
import { endpoint } from './scalars.js';

const NAME_LENGTH = 24;
const SHORT_NAME_RULE = `a name has at most ${NAME_LENGTH} letters, digits, '_', '-' and '.', and begins with a letter or digit`;
const shortName = z.string().max(NAME_LENGTH, { abort: true }).regex(NAME, SHORT_NAME_RULE);

/** The file that describes a pool: every key, its default and its meaning. */
export const poolSchema = section({
  name: shortName.describe('names the pool, and begins the names of its workers'),
  broker: section({
    listen: endpoint.describe('where the broker of the pool listens'),
    address: endpoint
      .nullable()
      .default(null)
      .describe('where workers reach it, if that is another address; null: as it listens'),
    publicKey: z
      .string()
      .regex(/^mu2net-public-[0-9a-f]{64}$/, 'a public key is mu2net-public- and 64 digits')
      .describe('who the broker is; workers talk to no other'),
  }),
  keyFile: path.describe('file with the secret key of the workers, which the broker allows'),
  groups: z.record(shortName, group).describe('groups of workers, by name'),
});

/** A pool as its file describes it, with every default filled in. */
export type PoolConfig = z.output<typeof poolSchema>;
