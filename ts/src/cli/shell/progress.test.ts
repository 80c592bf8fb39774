import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startProgress, withProgress } from './progress.js';

let shown = '';
beforeEach(() => {
  shown = '';
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('is never silent for ten seconds in a pipe, and ends with the work', async () => {
  const work = withProgress('evaluating digits', {}, async (progress) => {
    await vi.advanceTimersByTimeAsync(9_900);
    expect(shown).toMatch(/^mu2net: evaluating digits, \d+ s\n$/);
    progress.show('nearly done');
    await vi.advanceTimersByTimeAsync(9_900);
  });
  await work;
  expect(shown).toMatch(/\nmu2net: nearly done, \d+ s\n$/);
  const before = shown;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown).toBe(before);
});

it('gives a sign of life also when timers do not come to run', () => {
  const progress = startProgress('simulating', {});
  vi.setSystemTime(0);
  const now = vi.spyOn(performance, 'now');
  now.mockReturnValue(1e6);
  progress.show('5 of 10 children');
  expect(shown).toContain('5 of 10 children');
  progress.clear();
});

it.each([{ json: true }, { quiet: true }, { logLevel: 'warn' }] as const)(
  'is silent with %j',
  async (globals) => {
    const progress = startProgress('evaluating', globals);
    await vi.advanceTimersByTimeAsync(60_000);
    progress.clear();
    expect(shown).toBe('');
  },
);
