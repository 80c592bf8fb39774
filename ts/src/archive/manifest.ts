import { z } from 'zod';
import type { Digest } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';

/** The names of files in an archive. */
export const MANIFEST = 'manifest.json';
export const RECORD = 'system.db';

/** Returns the name of a stored object in an archive: that in a store. */
export const objectName = (digest: Digest): string =>
  `store/${digest.slice(0, 2)}/${digest}.safetensors`;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().min(0);

const manifest = z
  .strictObject({
    format: z.literal('mu2net archive'),
    /** A reader refuses any other version. */
    version: z.literal(1),
    /** Name of the run that was archived. */
    run: z.string(),
    record: z.strictObject({ sha256: digest, bytes }),
    /** The stored weights, in the order in which they follow. */
    objects: z.array(z.strictObject({ digest, bytes })).readonly(),
  })
  .readonly();

/** The contents of an archive, as its first file lists them. */
export type Manifest = z.infer<typeof manifest>;

/**
 * Reads the text of a manifest.
 * @throws Mu2NetError ARCHIVE_INVALID
 */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw archiveError(file, 'its manifest is not JSON');
  }
  const { success, data, error } = manifest.safeParse(value);
  if (success) return data;
  const { version } = (value ?? {}) as { readonly version?: unknown };
  if (typeof version === 'number' && version > 1) {
    throw archiveError(file, `a later version of mu2net wrote it (version ${version})`);
  }
  const [issue] = error.issues;
  throw archiveError(file, `its manifest is wrong at '${issue?.path.join('.')}'`);
}

/** Returns the error about a file that is not a whole archive. */
export function archiveError(file: string, reason: string, cause?: unknown): Mu2NetError {
  return new Mu2NetError(
    'ARCHIVE_INVALID',
    `${file} is not an archive of a run that can be used: ${reason}; make it again with 'npx mu2net archive'`,
    { file, cause },
  );
}
