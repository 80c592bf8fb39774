import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['ts/src/**/*.test.ts', 'protocol/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: 'tests/support/compilations.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Some tests kill and freeze real processes; on a machine that others share, once more is fair.
    retry: process.env.CI ? 1 : 0,
  },
});
