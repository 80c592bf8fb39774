import { defineConfig } from 'vitest/config';

const limits = {
  // Only a hang takes so long: no test may fail because the machine does much else.
  testTimeout: 480_000,
  hookTimeout: 480_000,
  // Some tests kill and freeze real processes; on a machine that others share, once more is fair.
  retry: process.env.CI ? 1 : 0,
};

export default defineConfig({
  test: {
    globalSetup: 'tests/support/scratch.ts',
    // Twice the processors of a small machine, because many tests wait for processes.
    maxWorkers: 4,
    projects: [
      {
        test: {
          ...limits,
          name: 'unit',
          include: ['{ts,studio}/src/**/*.test.ts', 'protocol/**/*.test.ts'],
          // Pure functions need no fresh modules, and loading them took most of the time.
          isolate: false,
        },
      },
      { test: { ...limits, name: 'whole', include: ['tests/**/*.test.ts'] } },
    ],
  },
});
