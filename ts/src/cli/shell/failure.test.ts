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
      message: "unknown command 'rnu'; did you mean 'run'? 'npx mu2net tasks --help' says more",
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

  it.each([
    ['EACCES', 'FILE_DENIED'],
    ['EPERM', 'FILE_DENIED'],
    ['EROFS', 'FILE_READ_ONLY'],
    ['ENOENT', 'FILE_MISSING'],
    ['ENOTDIR', 'FILE_KIND'],
    ['EISDIR', 'FILE_KIND'],
    ['EEXIST', 'FILE_KIND'],
    ['ENAMETOOLONG', 'FILE_NAME'],
    ['ELOOP', 'FILE_NAME'],
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EMFILE', 'TOO_MANY_FILES'],
    ['ENFILE', 'TOO_MANY_FILES'],
    ['EIO', 'FILE_UNREADABLE'],
  ])('says what to do about %s of the operating system', (errno, code) => {
    const error = Object.assign(new Error(`${errno}: open`), {
      code: errno,
      syscall: 'open',
      path: 'runs/first',
    });
    const failure = failureOf(error);
    expect(failure).toMatchObject({ code, exitCode: 1, subject: { file: 'runs/first' } });
    expect(failure.message).toMatch(new RegExp(`^runs/first .*; .* \\(${errno}\\)$`));
    expect(failure.message).not.toContain('bug');
  });

  it('shortens a very long path, and shows control characters', () => {
    const path = `${'a'.repeat(5000)}\u001b[31m`;
    const error = Object.assign(new Error(''), { code: 'ENAMETOOLONG', syscall: 'open', path });
    const { message } = failureOf(error);
    expect(message.length).toBeLessThan(400);
    expect(message).toContain('…');
    expect(message).toContain('\\u001b[31m');
  });

  it('asks for a report of an unexpected error', () => {
    const { code, message } = failureOf(new TypeError('x is not a function'));
    expect(code).toBe('INTERNAL');
    expect(message).toMatch(/^TypeError: x is not a function; .*--trace/);
  });
});
