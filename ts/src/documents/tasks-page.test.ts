import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tasksPage } from './tasks-page.js';

it('docs/tasks.md is generated from the catalogue as it stands: npm run generate', () => {
  const file = new URL('../../../docs/tasks.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(tasksPage());
});
