import { z } from 'zod';
import { count, digest, storeUrl, text } from '../values/scalars.js';

export const collectRequest = z
  .strictObject({ kind: z.literal('collect'), store: storeUrl, digests: z.array(digest) })
  .meta({ id: 'CollectRequest', description: 'Deletes objects that no living path can reach.' });

export const collectResult = z
  .strictObject({
    kind: z.literal('collect'),
    deleted: count.describe('Number of objects that existed and are deleted.'),
  })
  .meta({ id: 'CollectResult', description: 'The outcome of a collection.' });

export const copyRequest = z
  .strictObject({
    kind: z.literal('copy'),
    store: storeUrl,
    from: storeUrl.describe('Store to copy from.'),
    digests: z.array(digest),
  })
  .meta({ id: 'CopyRequest', description: 'Copies verified objects from another store.' });

export const copyResult = z
  .strictObject({
    kind: z.literal('copy'),
    copied: count.describe('Number of objects that were missing or damaged, and are copied.'),
  })
  .meta({ id: 'CopyResult', description: 'The outcome of a copy.' });

export const listRequest = z
  .strictObject({ kind: z.literal('list'), store: storeUrl })
  .meta({ id: 'ListRequest', description: 'Lists the files of a store.' });

export const storedFile = z
  .strictObject({
    name: text.describe('Its path below the root of the store, with `/`.'),
    bytes: text.describe('Its size in decimal digits, because it may exceed 2^32.'),
  })
  .meta({ id: 'StoredFile', description: 'A file of a store.' });

export const listResult = z
  .strictObject({ kind: z.literal('list'), files: z.array(storedFile) })
  .meta({ id: 'ListResult', description: 'The files of a store, in no order.' });
