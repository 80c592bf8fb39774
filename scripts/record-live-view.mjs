// Draws docs/images/live-view.svg: the live view of a real run, as an animation that is some times
// faster than the run.
//
//     node scripts/record-live-view.mjs [--events file] [--runs folder] [config] [key=value ...]
//
// The run is grown anew, by default that of configs/quickstart.yaml; `key=value` changes the
// configuration as `--set` does. Each frame is what the view itself renders from the run's events.
// With --events, the events are kept in that file; where the file exists, it is drawn and nothing is
// grown. Build first: `npm run build`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { leaderboardLines } from '../dist/ts/src/cli/leaderboard.js';
import { render } from '../dist/ts/src/cli/view/render.js';
import { initialState, reduce } from '../dist/ts/src/cli/view/state.js';
import { terminalSvg } from '../dist/ts/src/documents/terminal-svg.js';
import { leaderboardOf, loadExperiment, run } from '../dist/ts/src/index.js';
import { root } from './tools.mjs';

const FILE = join(root, 'docs', 'images', 'live-view.svg');
const SIZE = { columns: 104, rows: 24 };
const FRAMES = 110;
const [FRAME_SECONDS, LAST_SECONDS] = [0.2, 5];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, runs: { type: 'string' } },
});
const [config = join('configs', 'quickstart.yaml'), ...changes] = positionals;

const recorded =
  values.events && existsSync(values.events)
    ? JSON.parse(readFileSync(values.events, 'utf8'))
    : await record();
if (values.events) writeFileSync(values.events, JSON.stringify(recorded));
const svg = draw(recorded);
mkdirSync(dirname(FILE), { recursive: true });
writeFileSync(FILE, svg);
console.log(`${relative(root, FILE)}: ${(svg.length / 1000).toFixed(0)} kB`);

/** Grows a system, and notes when each event came, in milliseconds since the beginning. */
async function record() {
  const overrides = changes.map((change) => {
    const [key, value] = change.split('=', 2);
    return [key, JSON.parse(value)];
  });
  const { experiment } = loadExperiment(join(root, config), Object.fromEntries(overrides));
  const events = [];
  const begun = Date.now();
  const directory = await run(experiment, {
    folder: values.runs,
    onEvent: (event) => events.push({ at: Date.now() - begun, event }),
  });
  return { config, events, board: leaderboardOf(directory) };
}

/** The frames of the view at equal distances, then the leaderboard, as a terminal shows them. */
function draw({ config: grown, events, board }) {
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
  return terminalSvg({
    title: `npx mu2net run ${grown}  (${factor} times faster)`,
    description: `A recording of the live view of ${basename(board.run)}: ${board.rows.length} tasks are learned one after the other.`,
    columns: SIZE.columns,
    frames,
  });
}
