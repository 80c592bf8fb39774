// Writes docs/evolution-against-fine-tuning.md and its figures from docs/claim/results.jsonl.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimPage, figureSourceOf } from '../dist/ts/src/documents/claim/claim-page.js';
import { drawClaim } from '../dist/ts/src/documents/claim/figures.js';
import { parseResults } from '../dist/ts/src/documents/claim/results.js';
import { frame } from '../dist/ts/src/pictures/frame.js';
import { root } from './tools.mjs';

const results = parseResults(readFileSync(join(root, 'docs', 'claim', 'results.jsonl'), 'utf8'));
const folder = join(root, 'docs', 'images', 'claim');

writeFileSync(join(root, 'docs', 'evolution-against-fine-tuning.md'), claimPage(results));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, sheet] of drawClaim(figureSourceOf(results))) {
  writeFileSync(join(folder, `${name}.svg`), frame(sheet));
}
