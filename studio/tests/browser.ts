import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined if there is none. */
export const program = [process.env.CHROMIUM, ...PROGRAMS].find(
  (path) => path !== undefined && existsSync(path),
);

/** Starts the browser. Its graphics are computed, because a test machine has no graphics card. */
export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  return chromium.launch({ executablePath: program ?? '', args });
}

/** Collects what a page complains about: errors of its scripts, and refused requests. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.location().url}: ${message.text()}`);
  });
  return complaints;
}

/** Shows a view of the studio, and waits until it has read its documents. */
export async function show(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.waitForFunction(
    () =>
      !document.querySelector('main .wait') &&
      document.querySelector('main')?.textContent?.trim() !== '' &&
      [...document.images].every(({ complete }) => complete),
  );
}

/** Returns the findings of axe that are worse than minor. */
export async function findingsOf(page: Page): Promise<readonly string[]> {
  // Evaluated, because the page lets no script of another site in.
  if (!(await page.evaluate('typeof axe !== "undefined"'))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`);
}
