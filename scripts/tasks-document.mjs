// Writes docs/tasks.md from the catalogue.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tasksPage } from '../dist/ts/src/documents/tasks-page.js';
import { root } from './tools.mjs';

writeFileSync(join(root, 'docs', 'tasks.md'), tasksPage());
