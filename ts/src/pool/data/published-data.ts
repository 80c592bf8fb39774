import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PackFile } from './data-pack.js';

const publication = z.object({
  version: z.literal(1),
  url: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0),
  state: z.string(),
});

/** Where the files of a place are published, and as what. */
export type Publication = Readonly<Omit<z.infer<typeof publication>, 'version'>>;

/** Returns the file beside a place that says where it is published. */
export const pointerOf = (place: string): string => `${place}.published.json`;

/** Names the state of files: another one means that they must be published again. */
export function stateOf(files: readonly PackFile[]): string {
  const facts = files.map(({ path, size, changed }) => [path, size, changed]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** Reads where the files of a place are published as they are now; null if they are not. */
export async function readPublication(
  place: string,
  files: readonly PackFile[],
): Promise<Publication | null> {
  let text: string;
  try {
    text = await readFile(pointerOf(place), 'utf8');
  } catch {
    return null;
  }
  const { data } = publication.safeParse(parsed(text));
  return data?.state === stateOf(files) ? data : null;
}

/** Writes a publication as text of its file. */
export const publicationText = (known: Publication): string =>
  `${JSON.stringify({ version: 1, ...known }, null, 2)}\n`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
