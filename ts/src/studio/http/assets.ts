import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { type Content, contentOf } from './answer.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** A file of the page. */
interface Asset extends Content {
  /** Whether its name changes with its bytes. */
  readonly isImmutable: boolean;
}

/**
 * The files of the built page, by the path of their address. They are read once, so that no address
 * can lead to another file.
 */
export type Assets = ReadonlyMap<string, Asset>;

/** Reads the files of the built page; there are none if it is not built. */
export async function readAssets(folder: string): Promise<Assets> {
  if (!existsSync(join(folder, 'index.html'))) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const assets = files.map(async (file): Promise<readonly [string, Asset]> => {
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const content = await contentOf(type, readFileSync(file));
    return [path === '/index.html' ? '/' : path, { ...content, isImmutable: isHashed(path) }];
  });
  return new Map(await Promise.all(assets));
}

/** Says whether the build put a hash into a file's name. */
function isHashed(path: string): boolean {
  return path.startsWith('/assets/');
}
