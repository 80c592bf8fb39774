import { type Globals, logLevelOf } from '../shell/globals.js';
import { jsonView } from './json.js';
import { liveView } from './live.js';
import { plainView } from './plain.js';
import type { View } from './view.js';

/**
 * Opens a view: JSON lines on request, a live view on a terminal, plain lines elsewhere and where
 * more or less than usual is wanted.
 */
export function openView(globals: Globals): View {
  if (globals.json) return jsonView();
  const level = logLevelOf(globals);
  const isLive = process.stdout.isTTY && process.env.TERM !== 'dumb' && level === 'info';
  return isLive ? liveView() : plainView(level);
}
