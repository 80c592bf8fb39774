import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { grow, latestRun, openRun, surveyRuns } from '../index.js';
import { recordFileOf } from '../state/directory.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);

/** Grows a run to its end, or until its first test. */
async function growRun(folder: string, name: string, finishes: boolean): Promise<void> {
  const stop = new AbortController();
  const onEvent = ({ type }: { readonly type: string }) => {
    if (type === 'tested' && !finishes) stop.abort();
  };
  await grow(experiment, { folder, name, pool, signal: stop.signal, onEvent }).catch((error) =>
    expect(error).toMatchObject({ code: 'CANCELLED' }),
  );
}

/** Creates a run whose record is a text. */
function writeText(folder: string, name: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(recordFileOf(join(folder, name)), 'a text '.repeat(1000));
}

describe('the latest run', () => {
  test('is the latest one that can be read, or that is finished', async () => {
    const folder = temporaryFolder();
    for (const name of ['one', 'two', 'lost', 'three']) await growRun(folder, name, name < 'p');
    truncateSync(recordFileOf(join(folder, 'lost')), 8192);
    writeText(folder, 'text');
    const unreadable = ({ run, code }: { readonly run: string; readonly code: string }) => [
      run,
      code,
    ];
    const any = latestRun({ folder });
    expect(any).toMatchObject({ run: { name: 'three' }, finished: false, unfinished: [] });
    expect(any.unreadable.map(unreadable)).toEqual([['text', 'RUN_CORRUPT']]);
    const finished = latestRun({ folder, finished: true });
    expect(finished).toMatchObject({ run: { name: 'one' }, finished: true });
    expect(finished.unfinished).toEqual(['three', 'two']);
    expect(finished.unreadable.map(unreadable)).toEqual([
      ['text', 'RUN_CORRUPT'],
      ['lost', 'RUN_CORRUPT'],
    ]);
    expect(openRun(undefined, { folder }).name).toBe('three');
    expect(surveyRuns({ folder }).map(({ run, kind }) => [run, kind])).toEqual([
      ['text', 'unreadable'],
      ['three', 'branch'],
      ['lost', 'unreadable'],
      ['two', 'branch'],
      ['one', 'branch'],
    ]);
  });

  test('is the latest one where none is finished', async () => {
    const folder = temporaryFolder();
    await growRun(folder, 'two', false);
    writeText(folder, 'text');
    const { run, finished, unfinished, unreadable } = latestRun({ folder, finished: true });
    expect([run.name, finished, unfinished]).toEqual(['two', false, []]);
    expect(unreadable).toHaveLength(1);
  });

  test('is the error of the latest one where none can be read', () => {
    const folder = temporaryFolder();
    writeText(folder, 'text');
    expect(() => latestRun({ folder })).toThrow(
      expect.objectContaining({
        code: 'RUN_CORRUPT',
        subject: expect.objectContaining({ run: 'text' }),
      }),
    );
  });
});
