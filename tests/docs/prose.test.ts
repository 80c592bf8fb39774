import { describe, expect, it } from 'vitest';
import { type Page, readPages } from './markdown.js';

const SELF = 'tests/docs/prose.test.ts';
const pages = readPages(['.md', '.ts', '.mjs', '.js', '.py', '.svelte', '.yaml', '.toml']);

/** Returns sentences that begin with "What" or "Of", except questions, up to the line's end. */
const indirectSentences = ({ path, text }: Page): readonly string[] =>
  [...text.matchAll(/\b(?:What|Of)\b(?![^.\n]*\?).*/g)].map(([found]) => `${path}: ${found}`);

describe('prose in code and pages', () => {
  it('names its subject first', () => {
    const written = pages.filter(({ path }) => path !== SELF);
    expect(written.flatMap(indirectSentences)).toEqual([]);
  });

  it.each([
    ['/** What a launcher knows. */', ['a.ts: What a launcher knows. */']],
    ['# Done. Of these, two\n# are left.', ['a.ts: Of these, two']],
    ['const help = `Waits. What waits is shown.`;', ['a.ts: What waits is shown.`;']],
    ['- What is a path? See below.', []],
    ['/** Returns what is left of it: WhatIf, `of`. */', []],
  ])('is checked: %s', (text, expected) => {
    expect(indirectSentences({ path: 'a.ts', text })).toEqual(expected);
  });
});
