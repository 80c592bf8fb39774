import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Texts by path, relative to the root of the repository. */
export type Texts = ReadonlyMap<string, string>;

/** Lists files that are not what they should be; undefined text: the file should not exist. */
export function staleFiles(
  root: string,
  texts: Texts,
  generatedFolders: readonly string[],
): ReadonlyMap<string, string | undefined> {
  const changed = [...texts].filter(([path, text]) => readText(join(root, path)) !== text);
  const superfluous = generatedFolders
    .flatMap((folder) => filesIn(root, folder))
    .filter((path) => !texts.has(path))
    .map((path) => [path, undefined] as const);
  return new Map([...changed, ...superfluous]);
}

/** Writes or removes files. */
export function updateFiles(root: string, texts: ReadonlyMap<string, string | undefined>): void {
  for (const [path, text] of texts) {
    const file = join(root, path);
    if (text === undefined) {
      rmSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function filesIn(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${folder}/${entry.name}`);
  } catch {
    return [];
  }
}
