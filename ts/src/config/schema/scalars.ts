import { z } from 'zod';

/** Counts stay below 2^32, the largest that every language and the wire can hold. */
export const positive = z.int().min(1).max(0xffff_ffff);

export const fraction = z.number().min(0).max(1);

export const path = z.string().min(1);

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 has 64 hexadecimal digits, in lower case')
  .nullable()
  .default(null);
