import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { frame } from '../../pictures/frame.js';
import { claimPage, figureSourceOf, verdictOf } from './claim-page.js';
import { ARMS, type Arm, differencesOf, summarizeArms } from './comparison.js';
import { drawClaim } from './figures.js';
import { type CellResult, parseResults } from './results.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A cell whose model of each task gets the first of ten images right. */
function cellOf(arm: Arm, seed: number, budget: number, correct: readonly number[]): CellResult {
  return {
    ...{ arm, seed, budget, experiment: 'e', device: 'cpu', measured: '2026-11-29' },
    versions: { mu2net: '0.2.0', python: '3.11.7', jax: '0.10.2' },
    trainingFlops: 2e12 * budget,
    systemParameterCount: arm === 'head' ? 1_500_000 : 4_000_000,
    tasks: correct.map((count, nth) => ({
      task: `script/${nth}`,
      ...{ correct: count, total: 10, probe: 5, parameterCount: 1_450_000 },
      outcomes: Buffer.from([(0xff00 >> Math.min(count, 8)) & 0xff, count > 8 ? 0x80 : 0]).toString(
        'base64',
      ),
      added: Math.round(1_000_000 / (nth + 1)),
      isUnchanged: true,
    })),
  };
}

const RESULTS = [
  cellOf('mu2net', 1, 1, [7, 6, 8]),
  cellOf('mu2net', 2, 1, [8, 6, 9]),
  cellOf('finetune-once', 1, 1, [5, 5, 5]),
  cellOf('finetune-once', 2, 1, [6, 5, 6]),
  cellOf('head', 1, 1, [7, 7, 7]),
  cellOf('mu2net', 3, 2, [9, 9, 9]),
];
/** The cells of a table that begins with a line. */
const rowOf = (page: string, start: string) =>
  page.split('\n').find((line) => line.startsWith(start));

it('docs/evolution-against-fine-tuning.md says what was measured: node scripts/claim-document.mjs', () => {
  const results = parseResults(readFileSync(join(root, 'docs/claim/results.jsonl'), 'utf8'));
  const page = readFileSync(join(root, 'docs/evolution-against-fine-tuning.md'), 'utf8');
  expect(page).toBe(claimPage(results));
  const folder = join(root, 'docs/images/claim');
  const figures = drawClaim(figureSourceOf(results));
  const files = existsSync(folder) ? readdirSync(folder) : [];
  expect(files.toSorted()).toEqual([...figures.keys()].map((name) => `${name}.svg`).toSorted());
  for (const [name, sheet] of figures) {
    expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).toBe(frame(sheet));
  }
});

describe('the comparison', () => {
  it('pairs the seeds that both arms have', () => {
    const [difference, ...others] = differencesOf(RESULTS, 'mu2net', 'finetune-once');
    expect(others).toEqual([]);
    expect(difference?.mean).toMatchObject({ seeds: 2, tasks: 3 });
    // (.2 .1 .3) with seed 1, (.2 .1 .3) with seed 2.
    expect(difference?.mean.value).toBeCloseTo(0.2, 9);
    expect(difference?.mean.byTask.map((each) => each.toFixed(2))).toEqual([
      '0.20',
      '0.10',
      '0.30',
    ]);
    expect(differencesOf(RESULTS, 'mu2net', 'head')[0]?.mean).toMatchObject({ seeds: 1 });
    expect(differencesOf(RESULTS, 'mu2net', 'finetune-tuned')).toEqual([]);
  });

  it('summarizes each arm at each budget', () => {
    const rows = summarizeArms(RESULTS).map(({ arm, budget, accuracy }) => [
      arm,
      budget,
      accuracy.seeds,
      accuracy.value.toFixed(4),
    ]);
    expect(rows).toEqual([
      ['mu2net', 1, 2, '0.7333'],
      ['finetune-once', 1, 2, '0.5333'],
      ['head', 1, 1, '0.7000'],
      ['mu2net', 2, 1, '0.9000'],
    ]);
  });

  it('is decided only where the interval excludes zero', () => {
    const [once] = differencesOf(RESULTS, 'mu2net', 'finetune-once');
    const [head] = differencesOf(RESULTS, 'mu2net', 'head');
    if (!once || !head) throw new Error('a difference is missing');
    const wide = { ...once, mean: { ...once.mean, interval: [-0.1, 0.5] as const } };
    const low = { ...once, mean: { ...once.mean, value: -0.2, interval: [-0.3, -0.1] as const } };
    expect(verdictOf(wide)).toContain('no difference');
    expect(verdictOf(head)).toContain('no difference');
    expect(verdictOf(low)).toContain('worse than fine-tune all (once)');
    expect(verdictOf({ ...low, mean: { ...low.mean, value: 0.2, interval: [0.1, 0.3] } })).toBe(
      'Budget ×1: **evolution (µ2Net) is better than fine-tune all (once)** (+20.00 points, +10.00 to +30.00; 2 seeds, 3 tasks).',
    );
  });
});

describe('its page', () => {
  const page = claimPage(RESULTS);

  it('says which cells are not measured', () => {
    expect(page).toContain('6 of 100 cells are measured.');
    expect(rowOf(page, '| 1 |')).toBe('| 1 | 3 | not yet | not yet | not yet |');
    expect(rowOf(page, '| 3 |')).toBe('| 3 | not yet | 1 | not yet | not yet |');
    expect(claimPage([])).toContain('cannot say which is better. In\n[earlier');
  });

  it('counts the images that only one arm gets right', () => {
    // 2 + 1 + 3 with each seed; the images of the baseline are among those of evolution.
    expect(rowOf(page, '| ×1 | evolution (µ2Net) − fine-tune all (once)')).toMatch(/12 : 0 \|$/);
    expect(rowOf(page, '| ×1 | evolution (µ2Net) − head alone')).toMatch(/1 of 3 \| 1 : 1 \|$/);
  });

  it('says how many models are unchanged', () => {
    expect(page).toContain('9 of the\n9 models were right and wrong on the same of 90 test images');
    const changed = RESULTS.map((cell, nth) =>
      nth > 0 ? cell : { ...cell, tasks: cell.tasks.map((t) => ({ ...t, isUnchanged: false })) },
    );
    expect(claimPage(changed)).toContain('6 of the\n9 models');
  });

  it('has figures with every arm, which say in words what they show', () => {
    const figures = drawClaim(figureSourceOf(RESULTS));
    expect([...figures.keys()]).toEqual(['differences', 'size', 'added']);
    for (const sheet of figures.values()) expect(page).toContain(`![${sheet.title}: `);
    const size = figures.get('size');
    expect(size?.description).toContain(`${ARMS.head} at budget ×1: 70.0 %, 1.50 M parameters.`);
    expect(drawClaim(figureSourceOf([])).size).toBe(0);
  });
});

it('names the line of a file that is not a result', () => {
  const good = JSON.stringify(RESULTS[0]);
  expect(parseResults(`${good}\n`)).toEqual([RESULTS[0]]);
  expect(() => parseResults(`${good}\n{"arm":"head"}\n`)).toThrow('line 2 is not a result');
  const other = JSON.stringify(cellOf('head', 2, 1, [5, 5]));
  expect(() => parseResults(`${good}\n${other}\n`)).toThrow('line 2 has other tasks than line 1');
});
