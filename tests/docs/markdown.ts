import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A text file of the repository. */
export interface Page {
  /** Path relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'site', 'runs', 'generated']);

function filesBelow(folder: string, suffixes: readonly string[]): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || (SKIPPED.has(entry.name) && folder === ROOT)) return [];
    if (entry.name === 'node_modules' || entry.name === 'generated') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, suffixes);
    return suffixes.includes(extname(entry.name)) ? [path] : [];
  });
}

/** Returns all files with a suffix, by default Markdown, that people write or are committed. */
export function readPages(suffixes: readonly string[] = ['.md']): readonly Page[] {
  return filesBelow(ROOT, suffixes).map((file) => ({
    path: relative(ROOT, file).split(sep).join('/'),
    text: readFileSync(file, 'utf8'),
  }));
}

const FENCE = /^[ \t]*```(\w*)[^\n]*\n([\s\S]*?)^[ \t]*```/gm;

/** Returns the text without its fenced code blocks. */
export const withoutBlocks = (text: string): string => text.replace(FENCE, '');

/** Returns the contents of the fenced code blocks in one of `languages`. */
export const blocksOf = (text: string, languages: readonly string[]): readonly string[] =>
  [...text.matchAll(FENCE)]
    .filter(([, language = '']) => languages.includes(language))
    .map(([, , content = '']) => content);

/** Returns the contents of inline code outside of code blocks. */
export const inlineCodeOf = (text: string): readonly string[] =>
  [...withoutBlocks(text).matchAll(/(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g)].map(
    ([, , content = '']) => content.trim().replace(/\s+/g, ' '),
  );

/** Returns the targets of links and images. */
export function linksOf(text: string): readonly string[] {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, '``');
  const inline = [...prose.matchAll(/\]\(\s*([^()\s]+)\s*\)/g)].map(([, target = '']) => target);
  const html = [...prose.matchAll(/<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g)];
  return [...inline, ...html.map(([, target = '']) => target)];
}

/** Returns the anchors that GitHub gives to the headings of a page. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = [...withoutBlocks(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(
    ([, heading = '']) => {
      const slug = slugOf(heading);
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    },
  );
  const named = [...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, name = '']) => name);
  return new Set([...anchors, ...named]);
}

const slugOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
