import { count, duration, percent, plural, quality } from '../../text/format.js';
import { note, print } from '../shell/output.js';
import type { ViewEvent } from './state.js';
import type { View } from './view.js';

/** Returns the line that reports an event; null for an event without a line. */
export function plainLine(event: Exclude<ViewEvent, { type: 'stopping' }>): string | null {
  switch (event.type) {
    case 'reading':
      return null;
    case 'root':
      return `root model from ${event.source}: ${event.notices.join('; ')}`;
    case 'started': {
      const { run, directory, resumed, tasks, children, childrenDone } = event;
      const left = plural(children - childrenDone, 'child', 'children');
      return `${resumed ? 'resumed' : 'started'} ${run} in ${directory}: ${left} to train for ${tasks.join(', ')}`;
    }
    case 'generation': {
      const { task, taskIteration, generation, generations, children } = event;
      return `${task}  iteration ${taskIteration}, generation ${generation} of ${generations}: ${plural(children.length, 'child', 'children')}`;
    }
    case 'progress':
      return null;
    case 'child': {
      const { task, pathId, qualities, retained, failure, trainSeconds } = event;
      if (failure !== null) return `${task}  path ${pathId}  failed: ${failure}`;
      const curve = qualities.map(quality).join(' ');
      const verdict = retained ? 'retained' : 'discarded';
      return `${task}  path ${pathId}  ${curve}  ${verdict}  ${duration(trainSeconds)}`;
    }
    case 'best': {
      const { task, pathId, quality: best, score } = event;
      return `${task}  best  ${quality(best)}  score ${quality(score)}  path ${pathId}`;
    }
    case 'tested': {
      const { task, pathId, correct, total } = event;
      return `${task}  test  ${percent(correct / total)}  ${count(correct)} of ${plural(total, 'image')}  path ${pathId}`;
    }
    case 'finished':
      return null;
  }
}

/** Creates a view that prints a line per event, for logs and pipes. */
export function plainView(): View {
  return {
    onEvent(event) {
      if (event.type === 'stopping') {
        note('stopping at the next training step; a second signal ends at once');
        return;
      }
      const line = plainLine(event);
      if (line !== null) print(line);
    },
    close() {},
  };
}
