import { Heartbeat } from '../shell/heartbeat.js';
import { printJson } from '../shell/output.js';
import { activityOf } from './activity.js';
import { initialState, reduce, timeOf } from './state.js';
import type { View } from './view.js';

/**
 * Creates a view that prints each event of the run as a line of JSON, and a line of type `waiting`
 * when there was none for some seconds.
 */
export function jsonView(): View {
  let state = initialState(Date.now());
  const heartbeat = new Heartbeat(() => {
    const { run } = state;
    printJson({ type: 'waiting', time: new Date().toISOString(), run, for: activityOf(state) });
  });
  return {
    onEvent(event) {
      state = reduce(state, event, timeOf(event));
      if (event.type !== 'stopping') printJson(event);
      heartbeat.touch();
    },
    close: () => heartbeat.stop(),
  };
}
