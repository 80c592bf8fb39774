import { defineConfig } from 'rolldown';

/**
 * Joins the built modules of the controller into a few files, because Node takes half a second to
 * open some six hundred. The entries share chunks, so a class is the same for the command line and
 * for programs. Installed packages stay outside.
 */
export default defineConfig({
  input: {
    index: 'dist/ts/src/index.js',
    main: 'dist/ts/src/cli/main.js',
    thread: 'dist/ts/src/studio/thread.js',
  },
  platform: 'node',
  external: (id) => !/^[./]/.test(id),
  output: { dir: 'dist/bundle', cleanDir: true, sourcemap: true },
});
