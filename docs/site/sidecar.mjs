import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const PACKAGE = 'py/mu2net_sidecar';

const HEAD = `# Packages of the sidecar

The sidecar is a Python package, \`${PACKAGE}\`. This page lists its packages and modules with the first
sentence of their docstrings. It is written anew each time that the site is built. The import rule in
[ARCHITECTURE.md](../../../ARCHITECTURE.md) says which package may import which.
`;

/** First paragraph of a module's docstring, on one line. */
function summaryOf(file) {
  const docstring = /^\s*(?:#.*\n)*r?"""([\s\S]*?)"""/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return docstring.trim().split('\n\n')[0].replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

/** Returns the page of the sidecar's packages, as Markdown. */
export function sidecarPage(root) {
  const folder = join(root, PACKAGE);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((parts) => !parts.includes('__pycache__'));
  const packages = new Set(files.filter(({ length }) => length > 1).map(([first]) => first));
  const sections = [...packages].sort().map((name) => sectionOf(root, name, files));
  return [HEAD, ...sections].join('\n');
}

function sectionOf(root, name, files) {
  const rows = files
    .filter(([first, ...rest]) => first === name && rest.length > 0)
    .map((parts) => parts.join('/'))
    .filter((path) => path !== `${name}/__init__.py`)
    .map((path) => [path, summaryOf(join(root, PACKAGE, path))])
    .filter(([, summary]) => summary !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, summary]) => `| \`${path.replace(/(\/__init__)?\.py$/, '')}\` | ${summary} |`);
  const summary = summaryOf(join(root, PACKAGE, name, '__init__.py'));
  return [
    `## ${name}`,
    '',
    summary,
    '',
    '| module | what it holds |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
