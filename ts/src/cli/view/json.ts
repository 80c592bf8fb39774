import { printJson } from '../shell/output.js';
import type { View } from './view.js';

/** Creates a view that prints each event of the run as a line of JSON. */
export function jsonView(): View {
  return {
    onEvent(event) {
      if (event.type !== 'stopping') printJson(event);
    },
    close() {},
  };
}
