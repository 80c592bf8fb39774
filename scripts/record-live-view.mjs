// Draws docs/images/live-view.svg from a real run: an animation of the live view, some times faster
// than the run.
//
//     npm run build
//     node scripts/record-live-view.mjs [--events <file>] [--runs <folder>] [<config>]
//
// The run is that of the quickstart, seed 7, and takes some minutes. Each frame is what
// the view itself renders from the run's events. With --events, events and results are kept in that
// file; where the file exists, its run is drawn and none is grown.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { leaderboardLines } from '../dist/ts/src/cli/render/leaderboard.js';
import { render } from '../dist/ts/src/cli/view/render.js';
import { initialState, reduce } from '../dist/ts/src/cli/view/state.js';
import { grow, loadExperiment } from '../dist/ts/src/index.js';
import { terminalSvg } from '../dist/ts/src/pictures/terminal-svg.js';
import { root } from './tools.mjs';

const SIZE = { columns: 116, rows: 24 };
const FRAMES = 120;
const [FRAME_SECONDS, LAST_SECONDS] = [0.2, 5];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, runs: { type: 'string' } },
});
const [config = 'configs/quickstart.yaml'] = positionals;

const isKept = values.events !== undefined && existsSync(values.events);
const recording = isKept ? JSON.parse(readFileSync(values.events, 'utf8')) : await record();
if (values.events !== undefined && !isKept) {
  writeFileSync(values.events, JSON.stringify(recording));
}
write('live-view.svg', liveView(recording));

/** Grows a system, and notes when each event came, in milliseconds since the beginning. */
async function record() {
  const experiment = loadExperiment(join(root, config));
  const events = [];
  const start = Date.now();
  const run = await grow(experiment, {
    folder: values.runs,
    onEvent: (event) => events.push({ at: Date.now() - start, event }),
  });
  return { config, events, board: run.leaderboard() };
}

/** The view's frames at equal distances in time, then the leaderboard, as a terminal shows them. */
function liveView({ config, events, board }) {
  const colors = pc.createColors(true);
  const end = events.at(-1).at;
  const frames = [];
  let state = initialState(0);
  let next = 0;
  for (let nth = 0; nth < FRAMES; nth++) {
    const now = (end * nth) / FRAMES;
    for (; next < events.length && events[next].at <= now; next++) {
      state = reduce(state, events[next].event, events[next].at);
    }
    frames.push({ lines: render(state, SIZE, now, colors), seconds: FRAME_SECONDS });
  }
  frames.push({ lines: leaderboardLines(board, colors), seconds: LAST_SECONDS });
  const factor = Math.round(end / 1000 / (FRAMES * FRAME_SECONDS));
  const tasks = board.rows.map(({ task }) => task).join(', ');
  return terminalSvg({
    title: `npx mu2net run ${config}  (${factor} times faster)`,
    description: `The live view while ${board.run} learns ${tasks}; then its leaderboard.`,
    columns: SIZE.columns,
    frames,
  });
}

function write(name, svg) {
  const file = join(root, 'docs', 'images', name);
  writeFileSync(file, svg);
  console.log(`${relative(root, file)}: ${(svg.length / 1000).toFixed(0)} kB`);
}
