import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { Mu2NetError } from '../../domain/errors.js';
import { colorsOf } from './output.js';

/** Ends a command that was stopped by a signal, with the exit status that a shell expects of it. */
export class Stopped extends Mu2NetError {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super('CANCELLED', message);
    this.exitCode = exitCode;
  }
}

/** An error as the command line reports it. */
interface Failure {
  /** One of the stable error codes, USAGE for a command line that is not understood, or INTERNAL. */
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    const message = oneLine(error.message).replace(/^error: |\.$/g, '');
    return { code: 'USAGE', message: `${message}; 'mu2net --help' says more`, exitCode: 2 };
  }
  if (error instanceof Mu2NetError) {
    const exitCode = error instanceof Stopped ? error.exitCode : 1;
    return { code: error.code, message: oneLine(error.message), exitCode };
  }
  const said = oneLine(String(error)).replace(/[.:]$/, '');
  return {
    code: 'INTERNAL',
    message: `${said}; this is not your doing: please report it with what --trace shows`,
    exitCode: 1,
  };
}

/**
 * Reports an error on stderr: `mu2net: <message>`, or `{"error":{"code","message"}}` for programs;
 * the stack follows only on request.
 * @returns the exit status.
 */
export function report(error: unknown, { json, trace }: { json: boolean; trace: boolean }): number {
  const { code, message, exitCode } = failureOf(error);
  const { red } = colorsOf(process.stderr);
  const line = json ? JSON.stringify({ error: { code, message } }) : `${red('mu2net:')} ${message}`;
  process.stderr.write(`${line}\n`);
  if (trace) process.stderr.write(`${inspect(error)}\n`);
  return exitCode;
}
