import { z } from 'zod';

/** A whole number from 1 to a bound. */
export const upTo = (largest: number) => z.int().min(1).max(largest);

/** Most values of a list that has no bound of its own. */
const LONGEST_LIST = 1_000;

/** A list with a sane number of values. */
export const list = <Value extends z.ZodType>(value: Value, longest = LONGEST_LIST) =>
  z.array(value).max(longest);

export const fraction = z.number().min(0).max(1);

/** A text of one part of a configuration: a path, the name of a column. */
export const path = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[^\0]*$/, 'it has a NUL character');

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 has 64 hexadecimal digits, in lower case')
  .nullable()
  .default(null);
