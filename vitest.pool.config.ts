import { defineConfig } from 'vitest/config';

/** Tests that need servers or engines; each makes its own. */
export default defineConfig({
  test: {
    include: ['{tests/pool,studio/tests}/**/*.pool.ts'],
    globalSetup: 'tests/support/scratch.ts',
    testTimeout: 480_000,
    hookTimeout: 480_000,
    // Each starts servers and workers, which need the processor themselves.
    fileParallelism: false,
    retry: process.env.CI ? 1 : 0,
  },
});
