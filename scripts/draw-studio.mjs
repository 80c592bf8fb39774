// Draws the pictures of docs/studio.md: views of the run `scripts`, which scripts/draw-pictures.mjs
// grows, in Chromium. Prints how long the page took, which other work on the machine prolongs.
//
//     node scripts/draw-studio.mjs [--runs <folder>]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serveStudio } from '../dist/ts/src/index.js';
import { root } from './tools.mjs';

const VIEWS = {
  summary: '#/runs/scripts',
  lineage: '#/runs/scripts/lineage?path=117',
};
const FOLDER = join(root, 'docs', 'images', 'studio');

const { values } = parseArgs({ options: { runs: { type: 'string', default: 'runs' } } });
const studio = await serveStudio({ folder: values.runs });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
await page.goto(studio.url);
await page.locator('main').waitFor();
mkdirSync(FOLDER, { recursive: true });
for (const [name, address] of Object.entries(VIEWS)) {
  await page.goto('about:blank');
  await page.goto(`http://127.0.0.1:${studio.port}/${address}`);
  await page.getByText('live', { exact: true }).waitFor();
  await page.waitForFunction(() => !document.querySelector('main .wait'));
  if (name === 'lineage') {
    const drawn = 'performance.getEntriesByName("mu2net:graph-drawn")[0]?.startTime';
    await page.waitForFunction(drawn);
    console.log(`graph: drawn after ${Math.round(await page.evaluate(drawn))} ms`);
  }
  const painted = await page.evaluate(
    'performance.getEntriesByName("first-contentful-paint")[0]?.startTime',
  );
  console.log(`${name}: first paint after ${Math.round(painted)} ms`);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
await browser.close();
await studio.close();
