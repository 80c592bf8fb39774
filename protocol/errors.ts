import { z } from 'zod';

/** Codes of errors that cross the wire; every one is also an error code of the controller. */
export const wireErrorCode = z.enum([
  'DATA_MISSING',
  'DATA_CORRUPT',
  'DATA_LABEL',
  'DATA_EMPTY',
  'IMAGE_UNDECODABLE',
  'CHECKPOINT_MISSING',
  'CHECKPOINT_INVALID',
  'STORE_MISSING',
  'STORE_CORRUPT',
  'OUT_OF_MEMORY',
  'CANCELLED',
  'SIDECAR_FAILED',
]);
export type WireErrorCode = z.infer<typeof wireErrorCode>;
