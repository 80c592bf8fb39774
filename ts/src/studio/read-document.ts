import { RequestError } from './http/failure.js';
import { type Asked, partsOf, ROUTES, type Route, type Sources } from './routes.js';

/** The route of an address, and what it asks for. */
interface Found {
  readonly route: Route;
  readonly asked: Asked;
}

/**
 * Finds what an address asks for, such as `runs/quickstart/children?since=7`.
 * @throws RequestError when there is no such document.
 */
export function findDocument(address: string, sources: Sources): Found {
  const [path = '', search] = address.split(/\?(.*)/s);
  for (const route of ROUTES) {
    const parts = partsOf(route.pattern, path);
    if (parts) return { route, asked: { parts, query: new URLSearchParams(search), sources } };
  }
  throw new RequestError(
    404,
    'NOT_FOUND',
    `no document is named '${path}'; docs/studio.md lists the names`,
  );
}

/**
 * Reads a document by its address without `/api/`.
 * @throws RequestError, and the errors of reading a run.
 */
export async function readDocument(address: string, sources: Sources): Promise<unknown> {
  const { route, asked } = findDocument(address, sources);
  return route.read(asked);
}
