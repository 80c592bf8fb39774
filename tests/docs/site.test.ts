import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERATED, HOME, SECTIONS } from '../../docs/site/pages.mjs';
import { deadLinks } from '../../scripts/docs-links.mjs';
import { temporaryFolder } from '../support/runs.js';
import { readPages } from './markdown.js';

describe('the menu of the site', () => {
  const listed = SECTIONS.flatMap(({ pages }) => pages.map(([file]) => file));

  it('lists every page of docs/', () => {
    const written = readPages().filter(({ path }) => path.startsWith('docs/') && path !== HOME);
    expect(written.map(({ path }) => path).filter((path) => !listed.includes(path))).toEqual([]);
  });

  it('lists each page once, with a unique name in its section', () => {
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toContain(GENERATED);
    for (const { pages } of SECTIONS) {
      const names = pages.map(([, name]) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('the links of the built site', () => {
  it.each([
    ['<a href="b.html#here">', []],
    ['<a href="#">', []],
    ['<a href="https://example.org/">', []],
    ['<a href="c.html">', ['a.html: c.html: there is no such file']],
    ['<a href="./">', ['a.html: ./: there is no such file']],
    ['<a href="b.html#there">', ['a.html: b.html#there: there is no such anchor']],
    [
      '<script defer src="https://example.org/a.js">',
      ['a.html: https://example.org/a.js: is loaded from elsewhere'],
    ],
  ])('are checked: %s', (html, expected) => {
    const site = temporaryFolder();
    writeFileSync(join(site, 'a.html'), html);
    writeFileSync(join(site, 'b.html'), '<h2 id="here">');
    expect(deadLinks(site)).toEqual(expected);
  });
});
