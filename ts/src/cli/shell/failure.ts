import { inspect } from 'node:util';
import { fileErrorOf } from '../../domain/file-error.js';
import { type ErrorSubject, Mu2NetError } from '../../index.js';
import { asTyped } from './invocation.js';
import { colorsOf } from './output.js';
import { usageMessage } from './usage.js';

/** The error of a command that a signal stopped, with the exit status that a shell expects. */
export class Stopped extends Mu2NetError {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, subject: ErrorSubject = {}) {
    super('CANCELLED', message, subject);
    this.exitCode = exitCode;
  }
}

/** The error of an invalid command line. */
export class UsageError extends Error {
  /** The command whose help says more, such as `mu2net eval`. */
  readonly command: string;

  constructor(message: string, command: string) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** An error as the command line reports it. */
interface Failure {
  /**
   * A stable error code, USAGE for an invalid command line, or INTERNAL for an unexpected error.
   */
  readonly code: string;
  readonly message: string;
  readonly subject: ErrorSubject;
  readonly exitCode: number;
}

/** The fields of an error that `--json` reports. */
export type ReportedError = Pick<Failure, 'code' | 'message'> & ErrorSubject;

/** Writes a text on one line, without the control characters that a path or a name may have. */
function toOneLine(text: string): string {
  return asTyped(text)
    .trim()
    .replace(/\s*[\r\n]\s*/g, ' ')
    .replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** Returns how the command line reports an error. */
export function failureOf(thrown: unknown): Failure {
  const error = fileErrorOf(thrown) ?? thrown;
  if (error instanceof UsageError) {
    const message = toOneLine(usageMessage(toOneLine(error.message), error.command));
    return { code: 'USAGE', message, subject: {}, exitCode: 2 };
  }
  if (error instanceof Mu2NetError) {
    const { code, message, subject } = error;
    const exitCode = error instanceof Stopped ? error.exitCode : 1;
    return { code, message: toOneLine(message), subject, exitCode };
  }
  const text = toOneLine(String(error)).replace(/[.:]$/, '');
  return {
    code: 'INTERNAL',
    message: `${text}; this is a bug in mu2net: please report it with the output of --trace`,
    subject: {},
    exitCode: 1,
  };
}

/** Returns the form of an error for programs. */
export function reportedErrorOf(error: unknown): ReportedError {
  const { code, message, subject } = failureOf(error);
  return { code, message, ...subject };
}

/**
 * Reports an error on stderr: as `mu2net: <message>`, or for programs as
 * `{"error":{"code","message",…}}` with the fields of its subject. The stack follows only on
 * request.
 * @returns the exit status.
 */
export function reportError(
  error: unknown,
  { json, trace }: { json: boolean; trace: boolean },
): number {
  const { message, exitCode } = failureOf(error);
  const { red } = colorsOf(process.stderr);
  const line = json
    ? JSON.stringify({ error: reportedErrorOf(error) })
    : `${red('mu2net:')} ${message}`;
  process.stderr.write(`${line}\n`);
  if (trace) process.stderr.write(`${inspect(error)}\n`);
  return exitCode;
}
