import type { Request, WorkerMessageOf } from '../../../../protocol/index.js';

/** A worker's statements about the data that it has, and the URLs that it reads. */
export interface Offer extends Omit<WorkerMessageOf<'offers'>, 'type'> {
  /** Beginnings of URLs; an older worker does not tell them. */
  readonly schemes?: readonly string[] | undefined;
}

/** Returns what a worker offers after it has told something more. */
export function extendOffer(
  offer: Offer = { dataRoots: [], prepared: [], fetches: false },
  told: Partial<Offer>,
): Offer {
  return { ...offer, ...told };
}

type Source = Extract<Request, { kind: 'train' }>['task']['source'];
type Prepared = Offer['prepared'][number];

/**
 * Says whether a worker can execute a request, as far as its data and its store are concerned: it
 * reads their URLs, and it has the data or fetches them. A worker that offers nothing, because it is older, is tried.
 */
export function canServe(offer: Offer | undefined, request: Request): boolean {
  if (offer === undefined) return true;
  return unreadUrls(offer, request).length === 0 && (offer.fetches || hasData(offer, request));
}

/** Returns the URLs of a request that a worker cannot read, because it lacks a package for them. */
export function unreadUrls({ schemes }: Offer, request: Request): readonly string[] {
  if (schemes === undefined) return [];
  const isRead = (url: string) =>
    [...url.matchAll(/([\w.+-]+):\/\//g)].every(([, scheme = '']) => schemes.includes(scheme));
  const stores = 'store' in request ? [request.store] : [];
  const from = request.kind === 'copy' ? [request.from] : [];
  const places = [...stores, ...from, ...sourcesOf(request).flatMap(placesOf)];
  return places.filter((place) => !isRead(place));
}

/** Says whether the data of a request are where a worker may read, as far as is known before it looks. */
export function hasData(offer: Offer | undefined, request: Request): boolean {
  if (offer === undefined) return true;
  if (unreadUrls(offer, request).length > 0) return false;
  if (offer.dataRoots.length === 0) return true;
  return sourcesOf(request).every((source) => {
    const isAllowed = placesOf(source).every((place) => isBelowOne(place, offer.dataRoots));
    return isAllowed || isPrepared(source, offer.prepared);
  });
}

/** Returns the sources of the tasks that a request is about. */
export function sourcesOf(request: Request): readonly Source[] {
  switch (request.kind) {
    case 'inspect':
    case 'train':
    case 'evaluate':
    case 'examine':
    case 'baseline':
      return [request.task.source];
    case 'pretrain':
      return request.tasks.map(({ source }) => source);
    default:
      return [];
  }
}

/** Returns the files and folders that a source names. */
export function placesOf(source: Source): readonly string[] {
  switch (source.kind) {
    case 'digits':
      return [];
    case 'idx':
      return Object.values(source.files).flatMap(({ images, labels }) => [images, labels]);
    case 'tfds':
      return [source, ...source.others].map(({ name }) => `${source.directory}/${name}`);
    default:
      return [source.path];
  }
}

function isPrepared(source: Source, prepared: readonly Prepared[]): boolean {
  if (source.kind !== 'tfds') return false;
  return [source, ...source.others].every(({ name, version }) =>
    prepared.some((each) => each.name === name && isVersion(each.version, version)),
  );
}

/** Says whether a version fits a pattern, in which a part may be `*`. */
export function isVersion(version: string, pattern: string): boolean {
  const parts = version.split('.');
  const wanted = pattern.split('.');
  return (
    parts.length === wanted.length && wanted.every((part, at) => ['*', parts[at]].includes(part))
  );
}

/** Says whether a place is one of the roots or below one, by its name alone: the worker looks. */
function isBelowOne(place: string, roots: readonly string[]): boolean {
  if (place.split(/[/\\]/).includes('..')) return false;
  return roots.some((root) => {
    const folder = root.replace(/[/\\]+$/, '');
    return (
      place === folder || (place.startsWith(folder) && /[/\\]/.test(place[folder.length] ?? ''))
    );
  });
}
