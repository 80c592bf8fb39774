import type { z } from 'zod';
import { didYouMean, nearestName } from '../../text/did-you-mean.js';

type Issue = z.core.$ZodIssue;

/** A key that a mapping does not have. */
export interface UnknownKey {
  readonly key: string;
  readonly message: string;
  /** The key that was probably meant; undefined if none is near. */
  readonly meant: string | undefined;
}

/** Returns the unknown keys of an issue; none for an issue of another kind. */
export function unknownKeysOf(issue: Issue): readonly UnknownKey[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const place = issue.path.length > 0 ? ` in ${issue.path.join('.')}` : '';
  const keys = issue.message.split(SEPARATOR);
  return issue.keys.map((key) => ({
    key,
    message: `unknown key '${key}'${place}${didYouMean(key, keys) || `; the keys are ${keys.join(', ')}`}`,
    meant: nearestName(key, keys),
  }));
}

/** Between the keys of a mapping in the schema's message about an unknown key. */
export const SEPARATOR = '\n';

/**
 * Returns the issues without missing keys of mappings that have an unknown one: that is probably the
 * missing key, misspelt.
 */
export function withoutMisspelt(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.')),
  );
  return issues.filter(
    (issue) =>
      !(issue.code === 'invalid_type' && issue.input === undefined) ||
      !misspelt.has(issue.path.slice(0, -1).join('.')),
  );
}
