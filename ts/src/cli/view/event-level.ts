import type { RunEvent, WorkerNews } from '../../index.js';
import type { LogLevel } from '../shell/log-level.js';

/** Returns the level of an event: it is shown at this level and at those after it. */
export function levelOf(event: RunEvent): LogLevel {
  switch (event.type) {
    case 'worker':
      return workerLevel(event.change);
    case 'warning':
      return 'warn';
    case 'child':
      return event.failure === null ? 'info' : 'warn';
    case 'phase':
      return event.phase === 'collecting' ? 'debug' : 'info';
    case 'session':
    case 'progress':
    case 'reading':
    case 'sending':
      return 'debug';
    default:
      return 'info';
  }
}

/** Returns the level of something that happens to a worker. */
export function workerLevel(change: WorkerNews['change']): LogLevel {
  switch (change) {
    case 'starting':
    case 'left':
      return 'debug';
    case 'ready':
    case 'back':
      return 'info';
    default:
      return 'warn';
  }
}
