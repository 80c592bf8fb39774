import type { RequestOf } from '../../../protocol/index.js';
import type { Digest } from '../domain/component.js';

/** Builds the request that lists the files of a store. */
export function listRequest(store: string): RequestOf<'list'> {
  return { kind: 'list', store };
}

/** Builds the request that deletes objects from a store. */
export function collectRequest(store: string, digests: Iterable<Digest>): RequestOf<'collect'> {
  return { kind: 'collect', store, digests: [...digests] };
}

/** Builds the request that copies objects from another store and verifies them. */
export function copyRequest(
  store: string,
  from: string,
  digests: Iterable<Digest>,
): RequestOf<'copy'> {
  return { kind: 'copy', store, from, digests: [...digests] };
}
