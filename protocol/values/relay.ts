import { z } from 'zod';
import { bytes, count, digest, storeUrl, text } from './scalars.js';

/** The largest part of an object that travels in one message, in bytes. */
export const LARGEST_PART_BYTES = 2 ** 20;

export const upload = z
  .string()
  .regex(/^[0-9a-f]{32}(?!\n)$/)
  .meta({ id: 'UploadId', description: 'The name of an upload, which its worker draws.' });

export const readAsk = z
  .strictObject({
    kind: z.literal('read'),
    store: storeUrl,
    digest,
    offset: count,
    length: count.describe('The most bytes that are wanted, at most 2^20.'),
  })
  .meta({ id: 'ReadAsk', description: 'Asks for a part of an object.' });

export const writeAsk = z
  .strictObject({ kind: z.literal('write'), store: storeUrl, upload, offset: count, data: bytes })
  .meta({ id: 'WriteAsk', description: 'Sends a part of a new object, at most 2^20 bytes.' });

export const commitAsk = z
  .strictObject({ kind: z.literal('commit'), store: storeUrl, upload, digest })
  .meta({ id: 'CommitAsk', description: 'Ends an upload, whose bytes must have the digest.' });

export const removeAsk = z
  .strictObject({ kind: z.literal('remove'), store: storeUrl, digest })
  .meta({ id: 'RemoveAsk', description: 'Deletes an object.' });

export const dataAsk = z
  .strictObject({ kind: z.literal('data') })
  .meta({ id: 'DataAsk', description: "Asks for the data of the request's task." });

export const readDataAsk = z
  .strictObject({
    kind: z.literal('readData'),
    digest,
    offset: count,
    length: count.describe('The most bytes that are wanted, at most 2^20.'),
  })
  .meta({ id: 'ReadDataAsk', description: 'Asks for a part of an object of packed data.' });

export const storeAsk = z
  .discriminatedUnion('kind', [readAsk, writeAsk, commitAsk, removeAsk, dataAsk, readDataAsk])
  .meta({
    id: 'StoreAsk',
    description: 'A question of a worker about a store that it does not share.',
  });

export const partAnswer = z
  .strictObject({
    kind: z.literal('part'),
    size: count.describe('The size of the whole object.'),
    data: bytes,
  })
  .meta({ id: 'PartAnswer', description: 'A part of an object.' });

export const missingAnswer = z
  .strictObject({ kind: z.literal('missing') })
  .meta({ id: 'MissingAnswer', description: 'The store does not have the object.' });

export const acceptedAnswer = z
  .strictObject({ kind: z.literal('accepted') })
  .meta({ id: 'AcceptedAnswer', description: 'It is done, and durable after a commit.' });

export const declinedAnswer = z
  .strictObject({ kind: z.literal('declined'), message: text })
  .meta({ id: 'DeclinedAnswer', description: 'It cannot be done; the line says why.' });

export const pack = z
  .strictObject({
    digest: digest.describe('Digest of its manifest, which names its files and their pieces.'),
    bytes: text.describe('The size of its files in decimal digits, because it may exceed 2^32.'),
    url: storeUrl.nullable().describe('Where it is published; null: the controller has it.'),
  })
  .meta({ id: 'Pack', description: 'Data as objects that are named by their hashes.' });

export const dataAnswer = z
  .strictObject({
    kind: z.literal('data'),
    packs: z.array(pack).describe('All their files together are the data.'),
  })
  .meta({ id: 'DataAnswer', description: 'Where the data of the task can be had.' });

export const storeAnswer = z
  .discriminatedUnion('kind', [
    ...([partAnswer, missingAnswer, acceptedAnswer, declinedAnswer, dataAnswer] as const),
  ])
  .meta({ id: 'StoreAnswer', description: 'The answer to what a worker asked of a store.' });

/** A question of a worker about a store that it does not share. */
export type StoreAsk = z.infer<typeof storeAsk>;
/** The answer to what a worker asked of a store. */
export type StoreAnswer = z.infer<typeof storeAnswer>;
