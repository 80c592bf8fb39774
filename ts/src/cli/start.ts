import { createCommandLine } from './execute.js';

const { execute, fail } = createCommandLine();

// A reader that closes the pipe early, such as `head`, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  fail(Object.assign(error, { path: 'standard output' }));
  process.exit();
});
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

const givenUp = await execute(process.argv.slice(2));
if (givenUp) process.exit();
