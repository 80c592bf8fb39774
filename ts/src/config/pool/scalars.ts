import { z } from 'zod';

/** A word of a command line, such as the name of a host: it cannot pass for an option. */
export const word = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\s\0-][^\s\0]*$/, "it has a blank, or begins with '-'");

/** Variables of a worker's environment. */
export const environment = z
  .record(
    z.string().regex(/^[A-Za-z_]\w*$/, 'a variable has letters, digits and underscores'),
    z
      .string()
      .max(32_768)
      .regex(/^[^\0]*$/, 'it has a NUL character'),
  )
  .default({});

/** Where a broker listens, or where workers reach it. */
export const endpoint = z
  .string()
  .regex(
    /^tcp:\/\/(\*|[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/,
    'an address is tcp://<host>:<port>, for example tcp://127.0.0.1:5555',
  );
