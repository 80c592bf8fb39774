import type { z } from 'zod';
import { didYouMean } from '../../text/did-you-mean.js';

type Issue = z.core.$ZodIssue;

/** Says that a mapping does not have a key, and which key was probably meant. */
export function unknownKeyMessage(
  key: string,
  path: readonly PropertyKey[],
  keys: readonly string[],
): string {
  const place = path.length > 0 ? ` in ${path.join('.')}` : '';
  return `unknown key '${key}'${place}${didYouMean(key, keys) || `; the keys are ${keys.join(', ')}`}`;
}

/** The issue to report first: a misspelt key is the reason why another key is missing. */
export function firstIssue(issues: readonly Issue[]): Issue | undefined {
  return issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
}
