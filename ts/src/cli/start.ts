import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { reportError, Stopped } from './shell/failure.js';

const program = createProgram();

function fail(error: unknown): void {
  const { json = false, trace = process.env.MU2NET_TRACE === '1' } = program.opts();
  process.exitCode = reportError(error, { json, trace });
}

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

try {
  await program.parseAsync();
} catch (error) {
  // Help and version are already printed; help that was not asked for is a usage error.
  if (!(error instanceof CommanderError)) fail(error);
  else if (error.code === 'commander.help') process.exitCode = 2;
  // Work that was given up may still go on.
  if (error instanceof Stopped) process.exit();
}
