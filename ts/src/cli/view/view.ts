import type { Globals } from '../globals.js';
import { jsonView } from './json.js';
import { liveView } from './live.js';
import { plainView } from './plain.js';
import type { ViewEvent } from './state.js';

/** Shows a run while it goes on. */
export interface View {
  onEvent(event: ViewEvent): void;
  /** Leaves the terminal as it was found, whether or not the run is finished. */
  close(): void;
}

/** JSON lines when asked for, a live view on a terminal, plain lines elsewhere. */
export function openView({ json }: Globals): View {
  if (json) return jsonView();
  return process.stdout.isTTY && process.env.TERM !== 'dumb' ? liveView() : plainView();
}
