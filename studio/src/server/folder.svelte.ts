import type { Overview } from '../../../ts/src/studio/documents/overview.js';
import type { FolderEvents } from '../../../ts/src/studio/stream.js';
import { paths } from './paths.js';
import { type Reading, reading } from './reading.svelte.js';
import { listen } from './stream.js';

/** Reads the runs of the folder while a component lives, and whenever they change. */
export function readFolder(): Reading<Overview> {
  const overview = reading<Overview>(() => paths.overview);
  $effect(() =>
    listen<FolderEvents>(paths.folderEvents, {
      overview: (document) => {
        overview.document = document;
        overview.error = null;
      },
    }),
  );
  return overview;
}
