// Writes docs/events.md from the schemas of events.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsPage } from '../dist/ts/src/documents/events-page.js';
import { root } from './tools.mjs';

writeFileSync(join(root, 'docs', 'events.md'), eventsPage());
