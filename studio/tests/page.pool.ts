import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildStudio } from '../../scripts/steps.mjs';
import { experimentOf, poolOf } from '../../tests/support/experiments.js';
import { largeExperimentOf } from '../../tests/support/pictured-systems.js';
import { temporaryFolder } from '../../tests/support/runs.js';
import { grow } from '../../ts/src/api/grow.js';
import type { Run } from '../../ts/src/api/run.js';
import { type Studio, serveStudio } from '../../ts/src/studio/serve.js';
import { complaintsOf, findingsOf, launch, program, show } from './browser.js';

const VIEWS = {
  runs: '#/',
  summary: '#/runs/test',
  lineage: '#/runs/test/lineage?path=9',
  children: '#/runs/test/children?sort=quality&order=down&curves=3,4&path=4',
  pictures: '#/runs/test/pictures?picture=sharing',
  task: '#/runs/test/tasks/b',
  compare: '#/compare?run=test&run=test:wide',
  workers: '#/pool',
  'an address of nothing': '#/nowhere',
} as const;

if (!program) console.warn('no test of the page: there is no Chromium (apt-get install chromium)');

describe.skipIf(!program)('the page of a studio', () => {
  const folder = temporaryFolder();
  const experiment = experimentOf({ taskIterations: 1 });
  let studio: Studio;
  let browser: Browser;
  let wide: Run;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];

  async function open(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.goto(studio.url);
    await page.locator('main').waitFor();
  }

  beforeAll(async () => {
    await buildStudio();
    const run = await grow(experiment, { folder, pool: poolOf(experiment) });
    wide = await run.branch('wide', { at: 'a' });
    studio = await serveStudio({ folder });
    browser = await launch();
  });

  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await studio?.close();
  });

  it.each([
    [360, 'light'],
    [800, 'dark'],
    [1440, 'light'],
  ] as const)('has no barrier, and fits: %i pixels, %s', async (width, scheme) => {
    await open(width, scheme);
    for (const [name, address] of Object.entries(VIEWS)) {
      await show(page, address);
      expect.soft(await findingsOf(page), name).toEqual([]);
      const room = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(room, name).toBeLessThanOrEqual(width);
    }
  });

  it('leads by keys from the runs to a path in the graph, which a table tells', async () => {
    await open(1440);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.getByRole('link', { name: 'test', exact: true }).press('Enter');
    await page.getByRole('link', { name: 'Lineage' }).press('Enter');
    const graph = page.getByRole('img', { name: /models of 3 tasks/ });
    await graph.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft']) {
      await graph.press(key);
    }
    const rows = page.getByRole('region', { name: 'Path from the root' }).getByRole('row');
    expect(await rows.count()).toBe(2);
    await graph.press('ArrowRight');
    expect(await rows.count()).toBe(3);
    expect(page.url()).toContain('path=');
    await graph.press('Escape');
    expect(await rows.count()).toBe(0);
  });

  it('filters and sorts children, and a link leads to the same table', async () => {
    await open(1440);
    await show(page, '#/runs/test/children');
    await page.getByLabel('Task').selectOption('b');
    await page.getByRole('button', { name: 'Validation' }).click();
    await page
      .getByLabel(/^Curve of child/)
      .first()
      .check();
    const table = page.getByRole('region', { name: 'Children' });
    const text = await table.textContent();
    expect(await table.getByRole('row').count()).toBe(1 + 6);
    expect(await page.getByRole('img', { name: /Validation accuracy/ }).count()).toBe(1);
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await table.waitFor();
    expect(await table.textContent()).toBe(text);
  });

  it('shows what a run does while it grows, without a new load', async () => {
    await open(1440);
    await show(page, '#/runs/test%3Awide');
    await page.getByText('stopped', { exact: false }).first().waitFor();
    await wide.resume({ pool: poolOf(experiment) });
    await page.getByText('finished', { exact: false }).first().waitFor();
    const { childrenDone, children } = wide.status();
    expect(childrenDone).toBe(children);
    await page.getByText(`${children} of ${children}`).waitFor();
  });

  it('finds and lights a path among thousands of models', async () => {
    const large = largeExperimentOf({ tasks: 30, layers: 3, children: 40 });
    await grow(large, { folder, pool: poolOf(large), name: 'large' });
    await open(1440);
    await show(page, '#/runs/large/lineage');
    await page.getByText('1,201 models').waitFor();
    await page.getByRole('searchbox').fill('#1200');
    await page.getByText('1 of 1,201 models').waitFor();
    await page.getByRole('searchbox').press('Enter');
    await page.getByRole('heading', { name: 'From the root to model 1200' }).waitFor();
    // The graph is drawn: its picture has the colours of tasks.
    const colours = await page.locator('canvas').screenshot();
    expect(colours.length).toBeGreaterThan(10_000);
  });
});
