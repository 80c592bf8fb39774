#!/usr/bin/env node
import { CommanderError } from 'commander';
import { program } from './program.js';
import { report } from './shell/failure.js';

const commandLine = program();

function fail(error: unknown): void {
  const { json = false, trace = process.env.MU2NET_TRACE === '1' } = commandLine.opts();
  process.exitCode = report(error, { json, trace });
}

// A reader that has seen enough, such as `head`, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(128 + 13);
});
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

try {
  await commandLine.parseAsync();
} catch (error) {
  // Help and version have been printed already; help that nobody asked for is a usage error.
  if (!(error instanceof CommanderError)) fail(error);
  else if (error.code === 'commander.help') process.exitCode = 2;
  else if (error.exitCode !== 0) fail(error);
}
