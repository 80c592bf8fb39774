import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['ts/src/**/*.test.ts', 'protocol/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: 'tests/support/compilations.ts',
    // Only a hang takes so long: no test may fail because the machine does much else.
    testTimeout: 480_000,
    hookTimeout: 480_000,
    // Twice the processors of a small machine, because many tests wait for processes.
    maxWorkers: 4,
    // Some tests kill and freeze real processes; on a machine that others share, once more is fair.
    retry: process.env.CI ? 1 : 0,
  },
});
