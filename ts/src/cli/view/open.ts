import type { Globals } from '../shell/globals.js';
import { jsonView } from './json.js';
import { liveView } from './live.js';
import { plainView } from './plain.js';
import type { View } from './view.js';

/** Opens a view: JSON lines on request, a live view on a terminal, plain lines elsewhere. */
export function openView({ json }: Globals): View {
  if (json) return jsonView();
  return process.stdout.isTTY && process.env.TERM !== 'dumb' ? liveView() : plainView();
}
