import { describe, expect, it } from 'vitest';
import { childrenTrained, initialState, reduce, secondsLeft, type ViewEvent } from './state.js';

const stamp = { time: new Date(0).toISOString(), run: 'quickstart', branch: 'main' };
const started: ViewEvent = {
  type: 'started',
  ...stamp,
  directory: 'runs/quickstart',
  resumed: false,
  tasks: ['mnist', 'digits'],
  taskIterations: 1,
  children: 4,
  childrenDone: 0,
};

function generation(task: string, generation: number, paths: readonly number[]): ViewEvent {
  const children = paths.map((pathId) => ({
    pathId,
    parentId: 0,
    parentTask: null,
    trainable: ['head'],
  }));
  return {
    type: 'generation',
    ...stamp,
    task,
    taskIteration: 1,
    generation,
    generations: 2,
    children,
  };
}

function progress(pathId: number, step: number, qualities: readonly number[]): ViewEvent {
  return { type: 'progress', ...stamp, task: 'mnist', pathId, step, steps: 10, qualities };
}

function child(pathId: number, verdict: { retained?: boolean; failure?: string } = {}): ViewEvent {
  const { retained = true, failure = null } = verdict;
  const qualities = [0.5, 0.6];
  return {
    type: 'child',
    ...stamp,
    task: 'mnist',
    pathId,
    qualities,
    score: retained ? 0.6 : null,
    retained,
    failure,
    trainSeconds: 1,
    worker: 'local-0',
  };
}

/** Returns the state after events that are one second apart, the first at time 0. */
function stateAfter(...events: readonly ViewEvent[]) {
  return events.reduce((state, event, at) => reduce(state, event, at * 1000), initialState(0));
}

describe('the state of the view', () => {
  it('follows each child from waiting to its verdict', () => {
    const stateOf = (...events: readonly ViewEvent[]) =>
      stateAfter(started, generation('mnist', 1, [1, 2]), ...events).children.map(
        ({ state }) => state,
      );
    expect(stateOf()).toEqual(['waiting', 'waiting']);
    expect(stateOf(progress(1, 5, [0.5]))).toEqual(['training', 'waiting']);
    expect(stateOf(progress(1, 10, [0.5, 0.6]))).toEqual(['trained', 'waiting']);
    expect(stateOf(child(1), child(2, { retained: false }))).toEqual(['retained', 'discarded']);
    expect(stateOf(child(1, { retained: false, failure: 'NaN loss' }))).toEqual([
      'failed',
      'waiting',
    ]);
  });

  it('counts a child in training by the fraction that is done', () => {
    const events = [started, generation('mnist', 1, [1, 2]), progress(1, 10, [0.5])];
    expect(childrenTrained(stateAfter(...events, progress(2, 5, [])))).toBe(1.5);
    expect(childrenTrained(stateAfter(...events, child(1), child(2)))).toBe(2);
    expect(
      childrenTrained(stateAfter(...events, child(1), child(2), generation('mnist', 2, [3]))),
    ).toBe(2);
  });

  it('remembers the best path and the test accuracy of each task, latest last', () => {
    const tested = (task: string, correct: number): ViewEvent => ({
      type: 'tested',
      ...stamp,
      task,
      pathId: 1,
      correct,
      total: 10,
    });
    const state = stateAfter(
      started,
      { type: 'best', ...stamp, task: 'mnist', pathId: 1, quality: 0.6, score: 0.5 },
      { type: 'best', ...stamp, task: 'mnist', pathId: 2, quality: 0.7, score: 0.6 },
      tested('mnist', 7),
      tested('digits', 8),
      tested('mnist', 9),
    );
    expect(state.best.get('mnist')).toEqual({ pathId: 2, quality: 0.7, score: 0.6 });
    expect([...state.tested]).toEqual([
      ['digits', 0.8],
      ['mnist', 0.9],
    ]);
  });

  it('knows what goes on besides training, and counts warnings', () => {
    const phase: ViewEvent = { type: 'phase', ...stamp, phase: 'testing', task: 'mnist' };
    expect(stateAfter(phase).phase).toEqual(phase);
    expect(stateAfter(phase, generation('mnist', 1, [1])).phase).toBeNull();
    const change = (change: 'lost' | 'restarting' | 'starting'): ViewEvent => ({
      type: 'worker',
      ...stamp,
      worker: 'local-0',
      change,
      message: `it is ${change}`,
      task: null,
    });
    const state = stateAfter(started, change('lost'), change('restarting'), change('starting'));
    expect(state).toMatchObject({ warnings: 2, lastWarning: 'it is restarting' });
  });

  it('remembers that the user asked it to stop', () => {
    expect(stateAfter(started).stopping).toBe(false);
    expect(stateAfter(started, { type: 'stopping' }).stopping).toBe(true);
  });
});

describe('the time left', () => {
  it('is unknown until a child is trained, then follows the pace of the session', () => {
    const state = stateAfter(started, generation('mnist', 1, [1, 2]));
    expect(secondsLeft(state, 3_000)).toBeNull();
    const one = reduce(state, progress(1, 10, [0.5]), 3_000);
    // One of four children in two seconds since the first generation began.
    expect(secondsLeft(one, 3_000)).toBe(6);
  });

  it('does not count the children of an earlier session as fast ones', () => {
    const state = stateAfter(
      { ...started, resumed: true, childrenDone: 2 },
      generation('mnist', 2, [3, 4]),
    );
    expect(secondsLeft(state, 5_000)).toBeNull();
    expect(secondsLeft(reduce(state, progress(3, 10, [0.5]), 5_000), 5_000)).toBe(4);
  });
});
