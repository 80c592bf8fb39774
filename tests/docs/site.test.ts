import { describe, expect, it } from 'vitest';
import { GENERATED, HOME, SECTIONS } from '../../docs/site/pages.mjs';
import { readPages } from './markdown.js';

describe('the menu of the site', () => {
  const listed = SECTIONS.flatMap(({ pages }) => pages.map(([file]) => file));

  it('lists every page of docs/', () => {
    const written = readPages().filter(({ path }) => path.startsWith('docs/') && path !== HOME);
    expect(written.map(({ path }) => path).filter((path) => !listed.includes(path))).toEqual([]);
  });

  it('lists each page once, under a name of its own in its section', () => {
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toContain(GENERATED);
    for (const { pages } of SECTIONS) {
      const names = pages.map(([, name]) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
