import type { DataSource } from '../../index.js';
import { pointerOf, publicationText } from '../../pool/data/published-data.js';
import { sourceRequest } from '../../requests/inspect.js';
import { publishSource } from '../../sidecar/publish.js';
import { replaceFile } from '../../state/durable.js';
import { bytes } from '../../text/format.js';
import type { Globals } from './globals.js';
import { print, printJson } from './output.js';
import { startProgress } from './progress.js';

/** Data to publish: a task, its source, and where to. */
export interface DataToPublish {
  readonly task: string;
  readonly source: DataSource;
  readonly url: string;
}

/**
 * Publishes the data of a task, and notes beside them where they are published.
 * @throws Mu2NetError errors of the place; CANCELLED
 */
export async function publishData(
  { task, source, url }: DataToPublish,
  globals: Globals,
  signal: AbortSignal,
): Promise<void> {
  const line = globals.json ? null : startProgress(`publishing ${task}`, globals);
  try {
    const places = await publishSource(sourceRequest(source), url, {
      onProgress: (progress) => {
        const { done, total } = progress;
        if (globals.json) printJson({ type: 'progress', what: task, ...progress });
        else line?.show(`publishing ${task}: ${bytes(done)} of ${bytes(total)}`);
      },
      signal,
    });
    for (const { place, publication } of places) {
      replaceFile(pointerOf(place), publicationText(publication));
    }
    const size = places.reduce((sum, { publication }) => sum + publication.bytes, 0);
    const packs = places.map(({ publication }) => publication.digest);
    line?.clear();
    if (globals.json) printJson({ type: 'published', task, url, bytes: size, packs });
    else print(`published ${task} at ${url}: ${bytes(size)}`);
  } finally {
    line?.clear();
  }
}
