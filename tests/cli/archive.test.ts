import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { experimentOf, poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { storeObjects } from '../support/stored-objects.js';
import { mu2net, reported } from './cli.js';
import { archivedShape, checkedArchiveShape, unarchivedShape } from './shapes/archive.js';
import { leaderboardShape } from './shapes/run.js';

const folder = temporaryFolder();
let objects: number;

/** Grows a run whose store is at a URL; the folder `copy` has what is there. */
beforeAll(async () => {
  const experiment = experimentOf({ taskIterations: 1 });
  const directory = await growDirectory(experiment, {
    ...{ folder: join(folder, 'runs'), name: 'far', store: 's3://bucket/runs' },
    pool: poolOf(experiment),
  });
  objects = storeObjects(directory, join(folder, 'copy')).size;
});

async function json<T>(words: readonly string[], shape: z.ZodType<T>): Promise<T> {
  const { status, stdout, stderr } = await mu2net(folder, [...words, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return shape.parse(JSON.parse(stdout));
}

async function refusal(...words: readonly string[]) {
  const answer = await mu2net(folder, [...words, '--json']);
  expect(answer.status).toBe(1);
  return reported(answer);
}

it('an archive of weights at a URL is made of a copy of them, and becomes a run by itself', async () => {
  const { code, message } = await refusal('archive', 'far');
  expect(code).toBe('STORE_UNSUPPORTED');
  expect(message).toMatch(
    /^the weights of far are at s3:\/\/bucket\/runs\/far-\w+, and .*; copy that place to a folder .* --store$/,
  );
  const archived = await json(['archive', 'far', '--store', 'copy'], archivedShape);
  expect(archived).toMatchObject({ file: join(folder, 'far.tar'), run: 'far', objects });
  expect(await json(['unarchive', 'far.tar', '--check'], checkedArchiveShape)).toEqual({
    ...{ run: 'far', objects },
  });
  const made = await json(['unarchive', 'far.tar', '--name', 'near'], unarchivedShape);
  expect(made).toEqual({ run: 'near', directory: join(folder, 'runs', 'near') });
  const far = await json(['leaderboard', 'far'], leaderboardShape);
  const near = await json(['leaderboard', 'near'], leaderboardShape);
  expect(near).toEqual({ ...far, run: 'near' });
  // Its weights are in its own folder now.
  expect(await json(['archive', 'near'], archivedShape)).toMatchObject({ run: 'near', objects });
});

it('an archive says in one line why it cannot be made or used', async () => {
  const { stdout } = await mu2net(folder, ['archive', 'far', '--store', 'copy']);
  expect(stdout).toMatch(/^far\.tar has far: its record and \d+ objects, [\d.]+ .?B\n$/);
  expect(await refusal('archive', 'far', '--store', 'runs')).toMatchObject({
    code: 'STORE_MISSING',
  });
  expect(await refusal('unarchive', 'far.tar')).toMatchObject({ code: 'RUN_EXISTS' });
  truncateSync(join(folder, 'far.tar'), 5000);
  const { code, message } = await refusal('unarchive', 'far.tar', '--check');
  expect(code).toBe('ARCHIVE_INVALID');
  expect(message).toMatch(/^\S+ is not an archive of a run that can be used: [^\n]+$/);
});
