import { duration, percent, plural } from '../../text/format.js';
import { bar } from './charts.js';
import { childrenTrained, fractionTrained, secondsLeft, type ViewState } from './state.js';

/** Returns what goes on now, in words: `inspecting the data of mnist`. */
export function activityOf(state: ViewState): string {
  if (state.sending) return sendingText(state.sending);
  if (state.phase) return phaseText(state.phase, state.rootRead);
  const { task, generation, generations, children } = state;
  if (task === null) return 'starting';
  const begun = children.some(({ state: each }) => each !== 'waiting');
  // The first step of a generation waits for images, and for programs that are not compiled yet.
  const work = begun ? 'training' : 'reading data and compiling programs';
  return `${work} for ${task}, generation ${generation} of ${generations}`;
}

/** Describes data on their way: `sending the data of flowers to a worker ━━━━──── 2.1 of 4.2 MiB`. */
function sendingText({ task, mebibytes, of }: NonNullable<ViewState['sending']>): string {
  const [done, left] = bar(mebibytes / of, 8);
  return `sending the data of ${task} to a worker ${done}${left} ${mebibytes} of ${of} MiB`;
}

/** Describes work that is not training. */
export function phaseText(
  { phase, task }: Pick<NonNullable<ViewState['phase']>, 'phase' | 'task'>,
  rootRead: number | null = null,
): string {
  switch (phase) {
    case 'starting workers':
      return 'starting Python and JAX';
    case 'joining pool':
      return 'joining the pool';
    case 'inspecting':
      return `inspecting the data of ${task}`;
    case 'creating root':
      return `creating the root model${rootRead === null ? '' : `, ${percent(rootRead, 0)} read`}`;
    case 'copying':
      return 'copying the weights of the earlier run';
    case 'testing':
      return `testing the model of ${task}`;
    case 'collecting':
      return 'deleting weights that nobody needs';
  }
}

/** Returns how far the run is, and how long it still takes: `25 %, 1 min 10 s left`. */
export function paceText(state: ViewState, now: number): string {
  const seconds = secondsLeft(state, now);
  const left = seconds === null ? '' : `, ${duration(seconds)} left`;
  return `${percent(fractionTrained(state), 0)}${left}`;
}

/** Returns a line that says that the run goes on. */
export function progressText(state: ViewState, now: number): string {
  const elapsed = duration((now - state.startedAt) / 1000);
  if (state.childrenTotal === 0) return `${activityOf(state)}, ${elapsed}`;
  const trained = Math.floor(childrenTrained(state));
  const children = `${trained} of ${plural(state.childrenTotal, 'child', 'children')}`;
  return `${paceText(state, now)}  ${activityOf(state)}, ${children}, ${elapsed}`;
}
