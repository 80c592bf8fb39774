import { z } from 'zod';
import { NAME } from '../../domain/names.js';
import { path } from '../schema/scalars.js';
import { section } from '../schema/section.js';
import { group } from './groups.js';
import { endpoint } from './scalars.js';

const NAME_LENGTH = 24;
const SHORT_NAME_RULE = `a name has at most ${NAME_LENGTH} letters, digits, '_', '-' and '.', and begins with a letter or digit`;
const shortName = z.string().max(NAME_LENGTH, { abort: true }).regex(NAME, SHORT_NAME_RULE);

const broker = section({
  folder: path
    .default('pool')
    .describe('of the standing pool, with its keys; it is served if nobody serves it'),
  listen: endpoint.default('tcp://127.0.0.1:7300').describe('where it is served for workers'),
  address: endpoint
    .nullable()
    .default(null)
    .describe('where workers of other machines reach it; null: where it listens'),
});

/** The file that describes a pool: every key, its default and its meaning. */
export const poolSchema = section({
  name: shortName.describe('names the pool, and begins the names of its workers'),
  broker: broker.prefault({}).describe('the standing pool that the workers join'),
  groups: z.record(shortName, group).describe('groups of workers, by name'),
});

/** A pool as its file or a program describes it. */
export type PoolInput = z.input<typeof poolSchema>;

/** A pool with every default filled in. */
export type PoolConfig = z.output<typeof poolSchema>;
