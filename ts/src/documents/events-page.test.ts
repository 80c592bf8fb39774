import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventsPage } from './events-page.js';

it('docs/events.md is generated from the events as they stand: npm run generate', () => {
  const file = new URL('../../../docs/events.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(eventsPage());
});
