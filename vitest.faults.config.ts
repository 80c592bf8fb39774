import { defineConfig } from 'vitest/config';
import { FIGURES } from './tests/support/figures.js';

/** Tests that disturb real processes, files and networks, in their long form. */
export default defineConfig({
  test: {
    include: [
      'tests/faults/**/*.test.ts',
      'tests/resume/**/*.test.ts',
      'tests/cli/{file-errors,interrupt,media,read-only}.test.ts',
      'tests/e2e/run.test.ts',
    ],
    globalSetup: ['tests/support/scratch.ts', 'tests/support/figures.ts'],
    env: { MU2NET_TESTS: 'thorough', MU2NET_FIGURES: FIGURES },
    maxWorkers: 4,
    testTimeout: 480_000,
    hookTimeout: 480_000,
  },
});
