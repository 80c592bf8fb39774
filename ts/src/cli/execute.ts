import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { reportError, Stopped } from './shell/failure.js';

/** A command line that is ready to execute. */
export interface CommandLine {
  /**
   * Executes the words that follow the name of the program, and reports an error on stderr. The
   * exit status is in `process.exitCode`.
   * @returns whether the work was given up, and may still go on.
   */
  execute(words: readonly string[]): Promise<boolean>;
  /** Reports an error on stderr, as the options of the command line ask. */
  fail(error: unknown): void;
}

/** Creates the command line. */
export function createCommandLine(): CommandLine {
  const program = createProgram();
  function fail(error: unknown): void {
    const { json = false, trace = process.env.MU2NET_TRACE === '1' } = program.opts();
    process.exitCode = reportError(error, { json, trace });
  }
  return {
    fail,
    async execute(words) {
      try {
        await program.parseAsync(words, { from: 'user' });
        return false;
      } catch (error) {
        // Help and version are already printed; help that was not asked for is a usage error.
        if (!(error instanceof CommanderError)) fail(error);
        else if (error.code === 'commander.help') process.exitCode = 2;
        return error instanceof Stopped;
      }
    },
  };
}
