import { createLogUpdate } from 'log-update';
import { colorsOf } from '../shell/output.js';
import { render } from './render.js';
import { initialState, reduce } from './state.js';
import type { View } from './view.js';

const FRAME_MILLIS = 100;

/** Redraws the run in place, ten times a second. */
export function liveView(): View {
  const out = process.stdout;
  const update = createLogUpdate(out);
  const colors = colorsOf(out);
  let state = initialState(Date.now());
  let finished = false;
  const draw = () => {
    const size = { columns: out.columns ?? 80, rows: out.rows ?? 24 };
    update(render(state, size, Date.now(), colors).join('\n'));
  };
  const timer = setInterval(draw, FRAME_MILLIS);
  draw();
  return {
    onEvent(event) {
      state = reduce(state, event, Date.now());
      finished ||= event.type === 'finished';
    },
    close() {
      clearInterval(timer);
      // A run that finished or never began leaves nothing; a stopped run leaves its last frame.
      if (finished || state.run === null) update.clear();
      else draw();
      update.done();
    },
  };
}
