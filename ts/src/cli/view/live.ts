import { createLogUpdate } from 'log-update';
import { colorsOf } from '../shell/output.js';
import { render } from './render.js';
import { initialState, reduce, timeOf } from './state.js';
import type { View } from './view.js';

const FRAME_MILLIS = 100;

/** Creates a view that redraws the run in place, ten times a second. */
export function liveView(): View {
  const out = process.stdout;
  const update = createLogUpdate(out);
  const colors = colorsOf(out);
  let state = initialState(Date.now());
  const draw = () => {
    const size = { columns: out.columns ?? 80, rows: out.rows ?? 24 };
    update(render(state, size, Date.now(), colors).join('\n'));
  };
  const timer = setInterval(draw, FRAME_MILLIS);
  draw();
  return {
    onEvent(event) {
      state = reduce(state, event, timeOf(event));
    },
    close() {
      clearInterval(timer);
      // The last frame stays on the screen, unless the run never began.
      if (state.task === null) update.clear();
      else draw();
      update.done();
    },
  };
}
