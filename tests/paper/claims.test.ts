import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { citationsIn, markCitations, titleCitations } from './citations.js';
import { CLAIMS, type Claim } from './claims.js';

const ROOT = join(import.meta.dirname, '../..');
const ids = CLAIMS.map(({ id }) => id as string);
const citations = citationsIn(ROOT);

describe('the register of claims', () => {
  test('has no id twice', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(CLAIMS)('$id is cited by a test', ({ id }) => {
    expect(citations.filter((citation) => citation.id === id)).not.toEqual([]);
  });

  test('contains every claim that a test cites', () => {
    expect(citations.filter(({ id }) => !ids.includes(id))).toEqual([]);
  });

  test('names an existing page for each measured claim', () => {
    for (const { measured } of CLAIMS as readonly Claim[]) {
      if (measured) expect(existsSync(join(ROOT, measured)), measured).toBe(true);
    }
  });
});

describe('a citation', () => {
  const cite = 'claim';

  test.each([
    [`test(\`a \${${cite}('x')}\`, () => {});`, ['x']],
    [`  it(\n    \`a \${n} \${${cite}('x', 'y')}\`,\n    () => {},\n  );`, ['x', 'y']],
    [`test.each([\n  ['a', 1],\n])(\`%s \${${cite}('x')}\`, () => {});`, ['x']],
    ["test('a', () => {});", []],
  ])('is in the title of a test: %s', (source, expected) => {
    expect(titleCitations('a.test.ts', source).map(({ id }) => id)).toEqual(expected);
  });

  test.each([
    `test.skip(\`a \${${cite}('x')}\`, () => {});`,
    `it.todo(\`a \${${cite}('x')}\`);`,
    `// ${cite}('x')`,
    `describe(\`a \${${cite}('x')}\`, () => {});`,
  ])('is an error everywhere else: %s', (source) => {
    expect(() => titleCitations('a.test.ts', source)).toThrow('a.test.ts');
  });

  test('is a mark in Python', () => {
    const source =
      '@pytest.mark.claim("x", "y")\ndef test_a():\n    pass\n# pytest.mark.claim("z")\n';
    expect(markCitations('test_a.py', source).map(({ id }) => id)).toEqual(['x', 'y']);
  });
});
