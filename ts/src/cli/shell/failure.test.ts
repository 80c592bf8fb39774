import { describe, expect, it } from 'vitest';
import { Mu2NetError } from '../../index.js';
import { failureOf, reportedErrorOf, Stopped, UsageError } from './failure.js';

describe('an error on the command line', () => {
  it('keeps its code and has one line', () => {
    expect(failureOf(new Mu2NetError('DATA_MISSING', 'mnist:\n  no such file'))).toEqual({
      code: 'DATA_MISSING',
      message: 'mnist: no such file',
      subject: {},
      exitCode: 1,
    });
  });

  it('is a usage error when the command line is invalid', () => {
    const error = new UsageError(
      "error: unknown command 'rnu'\n(Did you mean run?)",
      'mu2net tasks',
    );
    expect(failureOf(error)).toEqual({
      code: 'USAGE',
      message: "unknown command 'rnu' (Did you mean run?); 'npx mu2net tasks --help' says more",
      subject: {},
      exitCode: 2,
    });
  });

  it('has fields for its subject, for programs', () => {
    const error = new Mu2NetError('TASK_UNKNOWN', 'no cats', { run: 'first', task: 'cats' });
    expect(reportedErrorOf(error)).toEqual({
      code: 'TASK_UNKNOWN',
      message: 'no cats',
      run: 'first',
      task: 'cats',
    });
  });

  it('has the exit status of the signal that stopped it', () => {
    expect(failureOf(new Stopped('stopped', 130))).toMatchObject({
      code: 'CANCELLED',
      exitCode: 130,
    });
  });

  it('asks for a report of an unexpected error', () => {
    const { code, message } = failureOf(new TypeError('x is not a function'));
    expect(code).toBe('INTERNAL');
    expect(message).toMatch(/^TypeError: x is not a function; .*--trace/);
  });
});
