import { createLogUpdate } from 'log-update';
import { colorsOf } from '../shell/output.js';
import { render } from './render.js';
import { initialState, reduce } from './state.js';
import type { View } from './view.js';

const FRAME_MILLIS = 100;

/** Creates a view that redraws the run in place, ten times a second. */
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
      // A stopped run keeps its last frame; a run that finished or never began is erased.
      if (finished || state.run === null) update.clear();
      else draw();
      update.done();
    },
  };
}
