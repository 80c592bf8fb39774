import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finished } from '../../../../tests/support/branches.js';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { recordFileOf } from '../directory.js';
import { parseAddress, runNames } from '../runs.js';
import { Connection } from './connection.js';
import { Ledger, readRun } from './ledger.js';
import { onFile, recordError } from './record-error.js';

/** Returns the error that a failure becomes. */
function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing failed');
}

/** Expects an error of one clear line with a code, about a run. */
function expectSentence(error: unknown, code: string, text: RegExp): void {
  expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
  expect((error as Error).message).toMatch(/^\/[^\n]+; [^\n]+$/);
}

describe('a record', () => {
  test('that is not a SQLite file is RUN_CORRUPT', () => {
    const directory = temporaryFolder();
    writeFileSync(recordFileOf(directory), 'not a database, but some text'.repeat(100));
    const error = errorOf(() => Ledger.open(directory));
    expectSentence(error, 'RUN_CORRUPT', /system\.db is not a SQLite file; .* 'npx mu2net rm'/);
  });

  test('that is empty is RUN_CORRUPT', () => {
    const directory = temporaryFolder();
    writeFileSync(recordFileOf(directory), '');
    const error = errorOf(() => Ledger.open(directory));
    expectSentence(error, 'RUN_CORRUPT', /system\.db is not the record of a run; /);
  });

  test('that is a folder is RUN_UNREADABLE', () => {
    const directory = temporaryFolder();
    mkdirSync(recordFileOf(directory));
    const error = errorOf(() => Ledger.open(directory));
    expectSentence(error, 'RUN_UNREADABLE', /system\.db cannot be opened/);
  });

  test('with lost or overwritten pages is RUN_CORRUPT', async () => {
    const directory = await finished();
    const file = recordFileOf(directory);
    const bytes = readFileSync(file);
    truncateSync(file, 8192);
    const read = () => readRun(parseAddress(directory), (ledger) => ledger.children());
    expectSentence(errorOf(read), 'RUN_CORRUPT', /system\.db is damaged; restore it/);
    writeFileSync(file, bytes.fill(0xa5, 4096));
    expectSentence(errorOf(read), 'RUN_CORRUPT', /system\.db is damaged; restore it/);
  });

  test('that outgrows its disk is DISK_FULL, and keeps what it had', () => {
    const file = join(temporaryFolder(), 'system.db');
    const connection = new Connection(file);
    connection.exec('CREATE TABLE t (v TEXT); INSERT INTO t VALUES (1)');
    // SQLite reports the limit as it reports a full disk, and ends the transaction itself.
    connection.exec('PRAGMA max_page_count = 4');
    const error = errorOf(() =>
      connection.write(() => {
        for (let n = 0; n < 100; n++) connection.run('INSERT INTO t VALUES (?)', 'x'.repeat(4000));
      }),
    );
    expectSentence(error, 'DISK_FULL', /the disk is full; free some space/);
    expect(connection.all('SELECT v FROM t')).toEqual([{ v: '1' }]);
    connection.write(() => connection.run('DELETE FROM t'));
    connection.close();
  });

  test('opened by a reader cannot be written', async () => {
    const directory = await finished();
    const ledger = Ledger.read(parseAddress(directory));
    const error = errorOf(() => ledger.dropBranch('main', new Date()));
    expectSentence(error, 'RUN_READONLY', /system\.db cannot be written; /);
    ledger.close();
    expect(readRun(parseAddress(directory), (each) => each.branches())).toHaveLength(1);
  });
});

describe('a failure of the file system', () => {
  test('is a sentence about the file', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const below = join(folder, 'file', 'below');
    const error = errorOf(() => onFile(below, () => mkdirSync(below)));
    expectSentence(error, 'RUN_UNREADABLE', /a part of its path is not what it must be/);
    expectSentence(
      errorOf(() => runNames(join(folder, 'file'))),
      'RUN_UNREADABLE',
      /\/file cannot be opened/,
    );
    const long = join(folder, 'n'.repeat(300));
    expectSentence(
      errorOf(() => onFile(long, () => mkdirSync(long))),
      'RUN_UNREADABLE',
      /its path is too long/,
    );
  });

  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'RUN_READONLY'],
    ['EACCES', 'RUN_UNREADABLE'],
    ['EMFILE', 'RUN_UNREADABLE'],
    ['EIO', 'RUN_UNREADABLE'],
    ['SQLITE_READONLY_DBMOVED', 'RUN_READONLY'],
    ['SQLITE_IOERR_WRITE', 'RUN_UNREADABLE'],
    ['SQLITE_BUSY_SNAPSHOT', 'RUN_LOCKED'],
    ['SQLITE_CANTOPEN', 'RUN_UNREADABLE'],
  ])('%s has the code %s', (failure, code) => {
    const error = Object.assign(new Error(failure), { code: failure });
    expectSentence(recordError(error, '/runs/a/system.db'), code, /^\/runs\/a\/system\.db /);
    expect(recordError(error, '/runs/a/system.db')).toMatchObject({ subject: { run: 'a' } });
  });

  test('of SQLite counts by its number, because some have no name', () => {
    const error = Object.assign(new Error(), { code: 'UNKNOWN_SQLITE_ERROR_1544', rawCode: 1544 });
    expectSentence(recordError(error, '/runs/a/system.db'), 'RUN_READONLY', /cannot be written/);
  });

  test('of SQLite in its index is a full disk', () => {
    const error = Object.assign(new Error(), { code: 'SQLITE_IOERR_SHMSIZE', rawCode: 4874 });
    expectSentence(recordError(error, '/runs/a/system.db'), 'DISK_FULL', /the disk is full/);
  });

  test('that no user can cause stays as it is', () => {
    for (const error of [
      new Error('a bug'),
      Object.assign(new Error(), { code: 'SQLITE_MISUSE' }),
    ]) {
      expect(recordError(error, '/runs/a/system.db')).toBe(error);
    }
  });
});
