import type { Request } from '../../../../protocol/index.js';
import { type Offer, placesOf, sourcesOf, unreadUrls } from './can-serve.js';
import { describe, type Job } from './job.js';
import type { Failure } from './lease-effect.js';

/** Returns why a job fails at which every worker crashed, or which nobody has the data of. */
export function failureOf(job: Job): Failure {
  return job.crashes.size > 0 ? crashOf(job) : refusalOf(job);
}

/** Tells the last crash at a child of a job. */
function crashOf({ request, crashes }: Job): Failure {
  const [pathId, said] = [...crashes].at(-1) ?? [];
  const message = [...(said ?? [])].at(-1)?.[1];
  const where = `${describe(request)}, path ${pathId}`;
  return { code: 'SIDECAR_FAILED', message: `${where}: ${message}` };
}

/** Tells what workers said that do not have the data of a job. */
function refusalOf({ refusals }: Job): Failure {
  const said = [...new Set(refusals.values())];
  return { code: 'DATA_MISSING', message: said.join('; another worker: ') };
}

/** Workers by name, each with what it offers. */
type Offers = readonly (readonly [worker: string, offer: Offer | undefined])[];

/** Tells that no worker can read the data of a request. */
export function unservedFailure(request: Request, workers: Offers): Failure {
  const data = sourcesOf(request).flatMap(placesOf).join(', ');
  const roots = workers.map(([name, offer]) => `${name} reads ${offer?.dataRoots.join(', ')}`);
  const message = `${describe(request)}: no worker can read ${data} (${roots.join('; ')}); put the data there, or start a worker with another --data-root`;
  return { code: 'DATA_MISSING', message };
}

/** The extra of the Python environment that a kind of URL needs. */
const EXTRAS: Readonly<Record<string, string>> = { s3: 's3', s3a: 's3', gs: 'gcs', gcs: 'gcs' };

/** Tells that all workers lack the package for a URL of a request; null if one has it. */
export function unreadFailure(request: Request, workers: Offers): Failure | null {
  const unread = workers.map(([, offer]) => (offer ? unreadUrls(offer, request) : []));
  const [url] = unread[0] ?? [];
  if (url === undefined || unread.some((urls) => urls.length === 0)) return null;
  const extra = EXTRAS[url.split('://')[0] ?? ''];
  const remedy = extra
    ? `install it where they run, with 'npx mu2net setup --extras ${extra}'`
    : 'install the fsspec package for it where they run';
  const message = `${describe(request)}: no worker has the package for ${url}; ${remedy}, and start them again`;
  return { code: 'STORE_UNSUPPORTED', message };
}

/** Tells that a worker answered with something that does not fit its request. */
export function defect(request: Request, answer: string): Failure {
  const message = `${describe(request)}: the sidecar answered with ${answer}; this is a defect of mu2net; please report it with the sidecar's log`;
  return { code: 'SIDECAR_FAILED', message };
}
