// Simulates the changed configurations (--all: all of them), and writes the figures into their
// headers and into docs/experiments.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  experimentsPage,
  figuresOf,
  surveyConfigs,
  withFigures,
} from '../dist/ts/src/documents/experiments-page.js';
import { root } from './tools.mjs';

const folder = join(root, 'configs');
const page = join(root, 'docs', 'experiments.md');
const known = existsSync(page) ? readFileSync(page, 'utf8') : '';
const all = process.argv.includes('--all');

for (const { path, experiment, digest, simulated } of surveyConfigs(folder)) {
  const row = known.split('\n').find((line) => line.includes(`(../configs/${path})`));
  if (!all && simulated !== null && row?.endsWith(`| ${simulated} | ${digest} |`)) continue;
  const figures = await figuresOf(experiment);
  const file = join(folder, path);
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), figures));
  writeFileSync(page, experimentsPage(surveyConfigs(folder)));
  console.log(`${path}: ${figures}`);
}
writeFileSync(page, experimentsPage(surveyConfigs(folder)));
