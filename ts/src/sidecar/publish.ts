import { listPlaces } from '../pool/data/data-pack.js';
import type { Publication } from '../pool/data/published-data.js';
import { stateOf } from '../pool/data/published-data.js';
import { runTool } from './tool.js';

/** How much of the files of a source is published, in bytes. */
export interface PublishProgress {
  readonly stage: 'publish';
  readonly done: number;
  readonly total: number;
}

/** A file or folder of a source, and where it is published. */
export interface PublishedPlace {
  readonly place: string;
  readonly publication: Publication;
}

/**
 * Puts the data of a source where workers fetch them: the files in pieces that are named by their
 * hashes, then a manifest. Those that are already there are not sent again.
 *
 * @param url a folder or an fsspec URL
 * @throws Mu2NetError what the store says, such as STORE_DENIED; DATA_MISSING; CANCELLED;
 *   PYTHON_MISSING; SIDECAR_FAILED
 */
export async function publishSource(
  source: Parameters<typeof listPlaces>[0],
  url: string,
  options: {
    readonly onProgress?: (progress: PublishProgress) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<readonly PublishedPlace[]> {
  const published: PublishedPlace[] = [];
  for (const { place, files } of await listPlaces(source)) {
    const input = JSON.stringify(files.map(({ path, file, size }) => ({ path, file, size })));
    const words = ['publish', url];
    const answer = await runTool<PublishProgress>(words, 'publish data', { input, ...options });
    const { digest, bytes } = answer as { readonly digest: string; readonly bytes: number };
    published.push({ place, publication: { url, digest, bytes, state: stateOf(files) } });
  }
  return published;
}
