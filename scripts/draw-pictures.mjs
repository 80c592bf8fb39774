// Draws the pictures of docs/pictures.md and of the README from one real run of fifteen tasks.
//
//     npm run build
//     node scripts/draw-pictures.mjs [--runs <folder>]
//
// The run is `scripts`: configs/scripts/mu2net-plus.yaml with a µ of its own, whose larger steps show
// better that the probability of each action is learned. It trains 120 children. A run that the folder has
// already is continued, and is drawn as it is once it is finished.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { grow, listRuns, loadExperiment, openRun, PICTURE_KINDS } from '../dist/ts/src/index.js';
import { root } from './tools.mjs';

const NAME = 'scripts';
const CHANGES = {
  'hyperparameters._mu_': 0.25,
  'ranges._mu_': [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4],
};
const FOLDER = join(root, 'docs', 'images', 'pictures');

const { values } = parseArgs({ options: { runs: { type: 'string', default: 'runs' } } });
const folder = values.runs;

const run = await grown();
mkdirSync(FOLDER, { recursive: true });
for (const kind of PICTURE_KINDS) {
  const svg = run.draw(kind).svg();
  const file = join(FOLDER, `${kind}.svg`);
  writeFileSync(file, svg);
  console.log(`${relative(root, file)}: ${(svg.length / 1000).toFixed(0)} kB`);
}

/** Returns the run, grown to its end. */
async function grown() {
  const options = { folder, onEvent: tell };
  if (listRuns({ folder }).some(({ name }) => name === NAME)) {
    const known = openRun(NAME, { folder });
    if (!known.status().finished) await known.resume(options);
    return known;
  }
  const config = join(root, 'configs', 'scripts', 'mu2net-plus.yaml');
  return grow(loadExperiment(config, { set: CHANGES }), { ...options, name: NAME });
}

function tell(event) {
  if (event.type === 'tested') console.log(`${event.task}: ${event.correct} of ${event.total}`);
}
