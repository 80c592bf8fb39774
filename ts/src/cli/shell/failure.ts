import { inspect } from 'node:util';
import { fileErrorOf } from '../../domain/file-error.js';
import { ConfigErrors, type ErrorSubject, Mu2NetError } from '../../index.js';
import { plural } from '../../text/format.js';
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

/** Returns the errors that an error consists of: one, or those of a configuration. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof ConfigErrors ? error.errors : [error];
}

/** Most errors that are shown in full; more of them hide what stands above. */
const MOST_LINES = 20;

/**
 * Reports an error on stderr: as `mu2net: <message>`, or for programs as
 * `{"error":{"code","message",…}}` with the fields of its subject. Several errors of a configuration
 * have a line each; for programs, `error` is the first and `errors` has all. The stack follows only
 * on request.
 * @returns the exit status.
 */
export function reportError(
  error: unknown,
  { json, trace }: { json: boolean; trace: boolean },
): number {
  const { exitCode } = failureOf(error);
  const errors = errorsIn(error).map(reportedErrorOf);
  const lines = json
    ? [JSON.stringify(errors.length > 1 ? { error: errors[0], errors } : { error: errors[0] })]
    : errorLines(errors);
  process.stderr.write(`${lines.join('\n')}\n`);
  if (trace) process.stderr.write(`${inspect(error)}\n`);
  return exitCode;
}

function errorLines(errors: readonly ReportedError[]): readonly string[] {
  const { red } = colorsOf(process.stderr);
  const lines = errors.slice(0, MOST_LINES).map(({ message }) => `${red('mu2net:')} ${message}`);
  const more = errors.length - lines.length;
  if (more === 0) return lines;
  return [
    ...lines,
    `${red('mu2net:')} and ${plural(more, 'more error')}; --json tells all of them`,
  ];
}
