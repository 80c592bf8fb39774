import { z } from 'zod';

export const wireErrorCode = z
  .enum([
    'DATA_MISSING',
    'DATA_CORRUPT',
    'DATA_LABEL',
    'DATA_EMPTY',
    'IMAGE_UNDECODABLE',
    'CHECKPOINT_MISSING',
    'CHECKPOINT_INVALID',
    'STORE_MISSING',
    'STORE_CORRUPT',
    'STORE_UNKNOWN',
    'STORE_DENIED',
    'STORE_UNREACHABLE',
    'STORE_UNSUPPORTED',
    'OUT_OF_MEMORY',
    'CANCELLED',
    'SIDECAR_FAILED',
  ])
  .meta({
    id: 'ErrorCode',
    description: 'A stable code of an error that crosses the wire; the controller has them all.',
  });
export type WireErrorCode = z.infer<typeof wireErrorCode>;
