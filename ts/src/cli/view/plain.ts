import type { RunEvent } from '../../index.js';
import { count, duration, percent, plural, quality } from '../../text/format.js';
import { Heartbeat } from '../shell/heartbeat.js';
import { isShown, type LogLevel } from '../shell/log-level.js';
import { note, print } from '../shell/output.js';
import { paceText, phaseText, progressText } from './activity.js';
import { levelOf } from './event-level.js';
import { initialState, reduce, timeOf, type ViewState } from './state.js';
import type { View } from './view.js';

/** Returns the line that reports an event, after which the view has this state; null for none. */
export function plainLine(event: RunEvent, state: ViewState): string | null {
  switch (event.type) {
    case 'session':
      return `process ${event.pid} on ${event.host} grows ${event.run}`;
    case 'phase':
      return phaseText(event);
    case 'worker':
    case 'warning':
      return event.message;
    case 'reading':
      return `read ${event.mebibytes} of ${event.of} MiB of ${event.source}`;
    case 'sending':
      return `sent ${event.mebibytes} of ${event.of} MiB of the data of ${event.task} to a worker`;
    case 'root':
      return `root model from ${event.source}: ${event.notices.join('; ')}`;
    case 'started': {
      const { run, directory, resumed, tasks, children, childrenDone } = event;
      const left = plural(children - childrenDone, 'child', 'children');
      return `${resumed ? 'resumed' : 'started'} ${run} in ${directory}: ${left} to train for ${tasks.join(', ')}`;
    }
    case 'generation': {
      const { task, taskIteration, generation, generations, children } = event;
      return `${task}  iteration ${taskIteration}, generation ${generation} of ${generations}: ${plural(children.length, 'child', 'children')}  ${paceText(state, timeOf(event))}`;
    }
    case 'progress': {
      const { task, pathId, step, steps } = event;
      return `${task}  path ${pathId}  step ${step} of ${steps}`;
    }
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
    case 'stopped':
    case 'finished':
      return null;
  }
}

/** Creates a view that prints a line per event of a level, for logs and pipes. */
export function plainView(level: LogLevel): View {
  let state = initialState(Date.now());
  const heartbeat = new Heartbeat(() => {
    if (isShown('info', level)) print(progressText(state, Date.now()));
  });
  return {
    onEvent(event) {
      state = reduce(state, event, timeOf(event));
      if (event.type === 'stopping') {
        note('stopping at the next training step; a second signal ends at once');
        return;
      }
      if (!isShown(levelOf(event), level)) return;
      const line = plainLine(event, state);
      if (line === null) return;
      heartbeat.touch();
      if (levelOf(event) === 'warn' && event.type !== 'child') note(line);
      else print(line);
    },
    close: () => heartbeat.stop(),
  };
}
