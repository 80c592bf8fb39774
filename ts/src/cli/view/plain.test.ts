import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../index.js';
import { plainLine, plainView } from './plain.js';
import { initialState } from './state.js';

const stamp = { time: new Date(0).toISOString(), run: 'quickstart', branch: 'main' };
const state = initialState(0);
const child = {
  type: 'child',
  ...stamp,
  task: 'mnist',
  pathId: 3,
  qualities: [0.5, 0.61],
  score: 0.61,
  retained: true,
  failure: null,
  trainSeconds: 3.2,
  worker: 'local-0',
} as const;
const lost: RunEvent = {
  type: 'worker',
  ...stamp,
  worker: 'local-0',
  change: 'lost',
  message: 'worker local-0 was lost because its process ended',
  task: null,
};

describe('a plain line', () => {
  it('reports the result of a child', () => {
    expect(plainLine(child, state)).toBe('mnist  path 3  0.5000 0.6100  retained  3 s');
    const failed = { ...child, retained: false, failure: 'the loss is not finite' };
    expect(plainLine(failed, state)).toBe('mnist  path 3  failed: the loss is not finite');
  });

  it('reports the test of a task', () => {
    const tested = { type: 'tested', ...stamp, task: 'mnist', pathId: 3 } as const;
    expect(plainLine({ ...tested, correct: 951, total: 1000 }, state)).toBe(
      'mnist  test  95.10 %  951 of 1,000 images  path 3',
    );
  });

  it('reports how far the run is when a generation begins', () => {
    const generation: RunEvent = {
      type: 'generation',
      ...stamp,
      time: new Date(20_000).toISOString(),
      task: 'mnist',
      taskIteration: 1,
      generation: 2,
      generations: 2,
      children: [],
    };
    const half = { ...state, childrenTotal: 4, childrenDone: 2, growingSince: 0 };
    expect(plainLine(generation, half)).toBe(
      'mnist  iteration 1, generation 2 of 2: 0 children  50 %, 20 s left',
    );
  });
});

describe('the plain view', () => {
  let shown = { stdout: '', stderr: '' };
  const capture = () => {
    shown = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      vi.spyOn(process[name], 'write').mockImplementation((text) => {
        shown[name] += text;
        return true;
      });
    }
  };
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each([
    ['error', '', ''],
    ['warn', '', 'mu2net: worker local-0 was lost because its process ended\n'],
    [
      'info',
      'mnist  path 3  0.5000 0.6100  retained  3 s\n',
      'mu2net: worker local-0 was lost because its process ended\n',
    ],
  ] as const)('shows at level %s', (level, stdout, stderr) => {
    capture();
    const view = plainView(level);
    view.onEvent(child);
    view.onEvent(lost);
    view.close();
    expect(shown).toEqual({ stdout, stderr });
  });

  it('gives a sign of life after some seconds of silence, and none when it is closed', () => {
    vi.useFakeTimers();
    capture();
    const view = plainView('info');
    view.onEvent({ type: 'phase', ...stamp, phase: 'inspecting', task: 'mnist' });
    expect(shown.stdout).toBe('inspecting the data of mnist\n');
    vi.advanceTimersByTime(9_900);
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(shown.stdout).toMatch(/\ninspecting the data of mnist, .*s\n$/);
    view.close();
    vi.advanceTimersByTime(60_000);
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});
