import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CellResult, parseResults } from '../../ts/src/documents/claim/results.js';
import { citationsIn, markCitations, titleCitations } from './citations.js';
import { CLAIMS, type Claim } from './claims.js';
import { claimsPage } from './claims-page.js';

const ROOT = join(import.meta.dirname, '../..');
const ids = CLAIMS.map(({ id }) => id as string);
const citations = citationsIn(ROOT);

describe('the register of claims', () => {
  test('has no id twice', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(CLAIMS as readonly Claim[])('$id is cited by a test, or says why not', (claim) => {
    const cited = citations.some(({ id }) => id === claim.id);
    expect(cited).toBe(claim.untested === undefined);
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

describe('docs/claims.md', () => {
  const text = readFileSync(join(ROOT, 'docs/claim/results.jsonl'), 'utf8');

  test('says what is known of each claim: npx vitest run tests/paper/claims.test.ts -u', async () => {
    const page = claimsPage(ROOT, citations, parseResults(text));
    await expect(page).toMatchFileSnapshot(join(ROOT, 'docs/claims.md'));
  });

  /** A run of two tasks, with so many of 100 test images right on each of them. */
  const cellOf = (arm: string, seed: number, right: number, added = [9, 9]): CellResult => ({
    ...{ arm, seed, budget: 1, experiment: 'e', device: 'cpu', measured: '2026-11-29' },
    versions: { mu2net: '0.2.0', python: '3.11.7', jax: '0.10.2' },
    ...{ trainingFlops: 1, systemParameterCount: 1 },
    tasks: added.map((count, nth) => ({
      ...{ task: `${nth}`, correct: right, total: 100, outcomes: '', probe: 0 },
      ...{ parameterCount: 9, added: count, isUnchanged: true },
    })),
  });
  const seeds = [1, 2, 3];
  const lineOf = (results: readonly CellResult[], start: string) =>
    claimsPage(ROOT, [], results)
      .split('\n')
      .find((line) => line.startsWith(`| ${start}`));

  test.each([
    [() => 80, '**shown**'],
    [() => 60, '**refuted**'],
    [(seed: number) => [50, 95, 66][seed - 1] ?? 0, 'not shown'],
  ])('judges quality by the intervals: %#', (rightOf, word) => {
    const results = seeds.flatMap((seed) => [
      cellOf('mu2net', seed, rightOf(seed) + (seed % 2)),
      cellOf('finetune-once', seed, 70),
    ]);
    expect(lineOf(results, 'Learning tasks together')).toContain(
      `| ${word} (1 comparison); it loses`,
    );
  });

  test('judges growth and memory', () => {
    const grown = seeds.map((seed) => cellOf('mu2net', seed, 70, [9, 4 - seed]));
    expect(lineOf(grown, 'The larger the system')).toContain('**shown** by measurement (3 seeds)');
    const flat = seeds.map((seed) => cellOf('mu2net', seed, 70, [9, 7 + seed]));
    expect(lineOf(flat, 'The larger the system')).toContain('not shown by measurement (3 seeds)');
    expect(lineOf(flat, 'The system does not forget')).toContain('(6 of 6 models)');
    expect(lineOf([], 'Learning tasks together')).toContain('not measured yet');
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
