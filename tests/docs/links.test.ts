import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  anchorsOf,
  blocksOf,
  inlineCodeOf,
  linksOf,
  type Page,
  ROOT,
  readPages,
} from './markdown.js';

const pages = readPages();
const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));

/** Returns why a link is broken; undefined if it works or leads out of the repository. */
function objectionTo(page: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = '', anchor = ''] = link.split('#').map(decodeURIComponent);
  const target = path === '' ? page : posix.join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return 'no such file';
  const known = anchors.get(target);
  return anchor !== '' && known && !known.has(anchor) ? 'no such heading' : undefined;
}

const brokenLinks = ({ path, text }: Page) =>
  linksOf(text).flatMap((link) => {
    const objection = objectionTo(path, link);
    return objection ? [`${path}: ${link}: ${objection}`] : [];
  });

/**
 * Matches code that looks like the path of a file or folder, in the repository or in its folder
 * py/.
 */
const FILE = /^(?:ts|py|protocol|docs|tests|configs|examples|scripts)\/[\w./+-]*$/;

const missingFiles = ({ path, text }: Page) => {
  const words = blocksOf(text, ['sh']).flatMap((block) => block.split(/[\s=]+/));
  return [...inlineCodeOf(text), ...words]
    .filter((code) => FILE.test(code))
    .filter((file) => !existsSync(join(ROOT, file)) && !existsSync(join(ROOT, 'py', file)))
    .map((file) => `${path}: ${file}`);
};

describe('the documentation', () => {
  it('links to files and headings that exist', () => {
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });

  it('names files that exist', () => {
    expect(pages.flatMap(missingFiles)).toEqual([]);
  });

  it.each([
    ['[a](nowhere.md)', ['docs/index.md: nowhere.md: no such file']],
    ['[a](../README.md#nowhere)', ['docs/index.md: ../README.md#nowhere: no such heading']],
    ['[a](#b)\n# c', ['docs/index.md: #b: no such heading']],
    ['![a](nowhere.svg)', ['docs/index.md: nowhere.svg: no such file']],
    ['[a](../README.md) [b](https://example.org/) `[c](d)`', []],
  ])('is checked: %s', (text, expected) => {
    expect(brokenLinks({ path: 'docs/index.md', text })).toEqual(expected);
  });

  it.each([
    ['see `ts/src/nowhere/`', ['a.md: ts/src/nowhere/']],
    ['```sh\nnpx mu2net run configs/nowhere.yaml\n```', ['a.md: configs/nowhere.yaml']],
    ['see `ts/src/index.ts` and `runs/<name>`', []],
  ])('is checked: %s', (text, expected) => {
    expect(missingFiles({ path: 'a.md', text })).toEqual(expected);
  });
});
